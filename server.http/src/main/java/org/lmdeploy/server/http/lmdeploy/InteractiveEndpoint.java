package org.lmdeploy.server.http.lmdeploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ChatHistory;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.PreparedChat;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import org.lmdeploy.server.http.openai.MediaFields;
import org.lmdeploy.server.http.openai.MessageReader;
import org.lmdeploy.server.http.openai.Sampling;
import org.lmdeploy.server.http.openai.ServedModels;
import org.lmdeploy.server.http.openai.UnbuiltFields;
import tools.jackson.databind.JsonNode;

/**
 * LMDeploy's {@code /v1/chat/interactive}: a conversation of which the server keeps the tokens.
 *
 * @param manager the models
 * @param media which images a request may bring
 * @param sessions the conversations
 */
public record InteractiveEndpoint(ModelManager manager, MediaPolicy media, Sessions sessions)
    implements Endpoint {
  private static final MediaFields NO_WISHES = new MediaFields(OptionalInt.empty());

  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    boolean stream = body.flag("stream", false);
    boolean keep = body.flag("interactive_mode", false);
    boolean cancel = body.flag("cancel", false);
    OptionalLong session = session(body);
    int most = body.integer("request_output_len", 0, Integer.MAX_VALUE).orElse(0);
    GenerationConfig config =
        Sampling.build(Sampling.read(body, model, most > 0 ? most : model.sessionLen()));
    List<ChatMessage> messages = messages(body);
    UnbuiltFields.refuse(body, "adapter_name", node -> false);
    UnbuiltFields.refuse(body, Map.of());
    body.refuseUnknown();
    boolean end = !cancel && !keep && messages.isEmpty();
    if ((cancel || end || keep) && session.isEmpty()) {
      throw Problems.missing("session_id", "the number of the conversation, at least 0");
    }
    if (keep && !cancel && messages.isEmpty()) {
      throw new InvalidRequestException(
          "prompt",
          "prompt is empty, which ends a conversation; interactive_mode must be false then");
    }
    InteractiveJson answer = new InteractiveJson();
    ChatRequest request = new ChatRequest(messages, config, List.of(), Map.of(), media);
    Supplier<GenerationStream> open;
    if (cancel) {
      open = () -> cancelled(session.getAsLong());
    } else if (end) {
      open = () -> ended(session.getAsLong());
    } else if (session.isPresent()) {
      open = () -> turn(session.getAsLong(), keep, model, request, answer);
    } else {
      open = () -> single(model, request, answer);
    }
    GenerationPlan.Choice choice = new GenerationPlan.Choice(0, "", open);
    return new GenerationPlan(List.of(choice), stream, answer);
  }

  private static OptionalLong session(Fields body) {
    OptionalLong session = body.integer64("session_id");
    if (session.isPresent() && session.getAsLong() < -1) {
      throw Problems.wrong(
          "session_id", body.value("session_id").orElseThrow(), "at least 0, or -1 for none");
    }
    return session.equals(OptionalLong.of(-1)) ? OptionalLong.empty() : session;
  }

  /** What is said; nothing for an empty prompt, which is what ends a conversation. */
  private static List<ChatMessage> messages(Fields body) {
    List<ImagePart> images = NO_WISHES.images(body, "image_url");
    JsonNode prompt = body.value("prompt").orElse(null);
    if (prompt == null) {
      if (body.flag("cancel", false)) {
        return List.of();
      }
      throw Problems.missing("prompt", "a text or a list of messages");
    }
    if (!prompt.isString()) {
      if (!images.isEmpty()) {
        throw new InvalidRequestException(
            "image_url", "image_url is given beside messages; put the images into the messages");
      }
      return MessageReader.read("prompt", prompt);
    }
    String text = Values.text("prompt", prompt);
    if (text.isEmpty() && images.isEmpty()) {
      return List.of();
    }
    List<ContentPart> parts = new ArrayList<>(images);
    parts.add(new TextPart(text));
    return List.of(new ChatMessage("user", parts));
  }

  private GenerationStream cancelled(long session) {
    sessions.cancel(session);
    return new NoAnswer();
  }

  private GenerationStream ended(long session) {
    sessions.end(session);
    return new NoAnswer();
  }

  private static GenerationStream single(
      ServedModel model, ChatRequest request, InteractiveJson answer) {
    GenerationStream stream = model.prepare(request).generate(request.config());
    answer.opened(0, stream, () -> false);
    return stream;
  }

  private GenerationStream turn(
      long session, boolean keep, ServedModel model, ChatRequest request, InteractiveJson answer) {
    Turn turn = sessions.begin(session, model, keep);
    boolean opened = false;
    try {
      ChatHistory before = turn.before();
      PreparedChat chat = model.resume(before, request);
      GenerationConfig config = request.config().toBuilder().preserveCache(true).build();
      GenerationStream stream = new TurnStream(turn, chat, chat.generate(config));
      turn.opened(stream);
      answer.opened(before.ids().length, stream, turn::cancelled);
      opened = true;
      return stream;
    } finally {
      if (!opened) {
        turn.end();
      }
    }
  }
}
