package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
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
    ResponseFormat.read(body).ifPresent(sampling::responseFormat);
    int logprobs = logprobs(body);
    TokenFields tokenFields = TokenFields.read(body);
    GenerationConfig config = Sampling.build(sampling.logprobs(tokenFields.atLeast(logprobs)));
    Optional<ToolUse> tools = ToolFields.read(body, model);
    Function<GenerationConfig, GenerationPlan.Choice> choice = choice(body, model, tools, config);
    UnbuiltFields.refuse(body, UnbuiltFields.CHAT);
    body.refuseUnknown();
    List<GenerationPlan.Choice> choices = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      GenerationConfig own = Sampling.ofChoice(config, i);
      choices.add(choice.apply(own));
    }
    Envelope envelope = Envelope.of("chatcmpl-", "chat.completion", "chat.completion.chunk", model);
    ChatFormat format =
        new ChatFormat(envelope, new TokenTexts(model.tokenizer()), logprobs >= 0, tokenFields);
    return AnswerJson.plan(choices, streaming, format);
  }

  private Function<GenerationConfig, GenerationPlan.Choice> choice(
      Fields body, ServedModel model, Optional<ToolUse> tools, GenerationConfig config) {
    JsonNode node =
        body.value("messages")
            .orElseThrow(() -> Problems.missing("messages", "a list of messages"));
    Map<String, Object> variables = templateVariables(body, model);
    boolean templated = body.flag("do_preprocess", true);
    MediaFields mediaFields = MediaFields.read(body);
    Optional<int[]> ids = TokenIds.read(body, "input_ids", model);
    List<ImagePart> images = mediaFields.images(body, "image_data");
    if (ids.isPresent() || !images.isEmpty()) {
      int[] prompt = tokens(node, ids, images);
      return untemplated(() -> model.prepareIds(prompt, images, media), model, tools, config);
    }
    if (node.isString()) {
      return rawPrompt(Values.text("messages", node), model, tools, config);
    }
    List<ChatMessage> messages =
        MessageReader.read("messages", node).stream().map(mediaFields::of).toList();
    if (!templated) {
      ChatRequest request = new ChatRequest(messages, config, List.of(), variables, media);
      return untemplated(() -> model.prepareUntemplated(request), model, tools, config);
    }
    return new Conversation(model, messages, tools, config, variables, media)::choice;
  }

  /** LMDeploy's way to bypass the template by token ids, which hold the places of the images. */
  private static int[] tokens(JsonNode messages, Optional<int[]> ids, List<ImagePart> images) {
    String given = ids.isPresent() ? "input_ids" : "image_data";
    boolean empty = messages.isString() ? messages.stringValue().isEmpty() : messages.isEmpty();
    if (!empty) {
      throw new InvalidRequestException(
          given, given + " is given; it may only be where messages is an empty list");
    }
    return ids.orElseThrow(
        () -> Problems.missing("input_ids", "the token ids to which image_data belongs"));
  }

  private static Function<GenerationConfig, GenerationPlan.Choice> untemplated(
      Supplier<PreparedChat> prepare,
      ServedModel model,
      Optional<ToolUse> tools,
      GenerationConfig config) {
    refuse(tools);
    AnswerPlan plan = new AnswerPlan(model, tools, config);
    Once<PreparedChat> prepared = new Once<>(prepare);
    return own ->
        new GenerationPlan.Choice(
            0,
            "",
            () -> prepared.get().generate(plan.config(own, prepared.get().promptEnd())),
            () -> plan.reader(prepared.get().promptEnd()));
  }

  private static void refuse(Optional<ToolUse> tools) {
    if (tools.isPresent()) {
      throw new InvalidRequestException(
          "tools", "a prompt without the chat template shows no tools; send a list of messages");
    }
  }

  /** LMDeploy's way to bypass the template by a text. */
  private static Function<GenerationConfig, GenerationPlan.Choice> rawPrompt(
      String prompt, ServedModel model, Optional<ToolUse> tools, GenerationConfig config) {
    refuse(tools);
    AnswerPlan plan = new AnswerPlan(model, tools, config);
    return own ->
        new GenerationPlan.Choice(
            0,
            "",
            () -> model.complete(prompt, plan.config(own, prompt)),
            () -> plan.reader(prompt));
  }

  private static Map<String, Object> templateVariables(Fields body, ServedModel model) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.putAll(
        ReasoningEffort.variables("reasoning_effort", body.text("reasoning_effort"), model));
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
