package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.PreparedChat;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/**
 * {@code /v1/chat/completions}.
 *
 * @param manager the models
 * @param media which images a request may bring
 */
public record ChatEndpoint(ModelManager manager, MediaPolicy media) implements Endpoint {
  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    StreamFields streaming = StreamFields.read(body);
    int answers = body.integer("n", 1, Limits.ANSWERS_OF_A_PROMPT).orElse(1);
    // where the request sets no end, the answer may fill the session, as in LMDeploy
    GenerationConfig.Builder sampling = Sampling.read(body, model, model.sessionLen());
    int logprobs = logprobs(body);
    TokenFields tokenFields = TokenFields.read(body);
    GenerationConfig config = Sampling.build(sampling.logprobs(tokenFields.atLeast(logprobs)));
    Function<GenerationConfig, GenerationStream> question = question(body, model, config);
    ToolFields.refuse(body);
    UnbuiltFields.refuse(body, UnbuiltFields.CHAT);
    body.refuseUnknown();
    List<GenerationPlan.Choice> choices = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      GenerationConfig own = Sampling.ofChoice(config, i);
      choices.add(new GenerationPlan.Choice(0, "", () -> question.apply(own)));
    }
    Envelope envelope = Envelope.of("chatcmpl-", "chat.completion", "chat.completion.chunk", model);
    ChatFormat format =
        new ChatFormat(envelope, new TokenTexts(model.tokenizer()), logprobs >= 0, tokenFields);
    boolean usage = streaming.includeUsage();
    return new GenerationPlan(
        choices, streaming.stream(), usage, new AnswerJson(choices, usage, format));
  }

  private Function<GenerationConfig, GenerationStream> question(
      Fields body, ServedModel model, GenerationConfig base) {
    JsonNode node =
        body.value("messages")
            .orElseThrow(() -> Problems.missing("messages", "a list of messages"));
    Map<String, Object> variables = templateVariables(body);
    boolean templated = body.flag("do_preprocess", true);
    MediaFields mediaFields = MediaFields.read(body);
    Optional<int[]> ids = TokenIds.read(body, "input_ids", model);
    List<ImagePart> images = mediaFields.images(body, "image_data");
    if (ids.isPresent() || !images.isEmpty()) {
      return tokens(node, ids, images, model);
    }
    if (node.isString()) {
      String prompt = Values.text("messages", node); // LMDeploy's way to bypass the template
      return config -> model.complete(prompt, config);
    }
    List<ChatMessage> messages =
        MessageReader.read(body, "messages", node).stream().map(mediaFields::of).toList();
    ChatRequest request = new ChatRequest(messages, base, List.of(), variables, media);
    // Pictures are fetched and cut into tiles once, however many answers are wanted.
    Once<PreparedChat> prepared =
        new Once<>(() -> templated ? model.prepare(request) : model.prepareUntemplated(request));
    return config -> prepared.get().generate(config);
  }

  /** LMDeploy's other way to bypass the template: ids, and images whose places they hold. */
  private Function<GenerationConfig, GenerationStream> tokens(
      JsonNode messages, Optional<int[]> ids, List<ImagePart> images, ServedModel model) {
    String given = ids.isPresent() ? "input_ids" : "image_data";
    boolean empty = messages.isString() ? messages.stringValue().isEmpty() : messages.isEmpty();
    if (!empty) {
      throw new InvalidRequestException(
          given, given + " is given; it may only be where messages is an empty list");
    }
    int[] prompt =
        ids.orElseThrow(
            () -> Problems.missing("input_ids", "the token ids to which image_data belongs"));
    Once<PreparedChat> prepared = new Once<>(() -> model.prepareIds(prompt, images, media));
    return config -> prepared.get().generate(config);
  }

  private static Map<String, Object> templateVariables(Fields body) {
    Map<String, Object> variables = new LinkedHashMap<>();
    body.value("enable_thinking") // LMDeploy's earlier name for one of them
        .ifPresent(node -> variables.put("enable_thinking", body.flag("enable_thinking", false)));
    body.value("chat_template_kwargs")
        .ifPresent(
            node -> {
              Fields.of(node, "chat_template_kwargs");
              node.forEachEntry(
                  (name, value) -> {
                    if (!value.isNull()) { // a template sees no difference to a missing one
                      variables.put(name, Values.plain(value));
                    }
                  });
            });
    return variables;
  }

  private static int logprobs(Fields body) {
    boolean wanted = body.flag("logprobs", false);
    int top = body.integer("top_logprobs", 0, GenerationConfig.MAX_LOGPROBS).orElse(0);
    if (top > 0 && !wanted) {
      throw new InvalidRequestException(
          "top_logprobs", "top_logprobs is " + top + "; it needs logprobs to be true");
    }
    return wanted ? top : -1;
  }
}
