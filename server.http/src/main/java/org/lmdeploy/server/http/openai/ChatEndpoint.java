package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
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
  private static final List<String> EFFORTS =
      List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    StreamFields streaming = StreamFields.read(body);
    int answers = body.integer("n", 1, Limits.ANSWERS_OF_A_PROMPT).orElse(1);
    // where the request sets no end, the answer may fill the session, as in LMDeploy
    GenerationConfig.Builder sampling = Sampling.read(body, model, model.sessionLen());
    ResponseFormat.read(body).ifPresent(sampling::responseFormat);
    int logprobs = logprobs(body);
    GenerationConfig config = Sampling.build(sampling.logprobs(logprobs));
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
    ChatFormat format = new ChatFormat(envelope, new TokenTexts(model.tokenizer()), logprobs >= 0);
    return new GenerationPlan(choices, streaming.stream(), streaming.includeUsage(), format);
  }

  private Function<GenerationConfig, GenerationPlan.Choice> choice(
      Fields body, ServedModel model, Optional<ToolUse> tools, GenerationConfig config) {
    JsonNode node =
        body.value("messages")
            .orElseThrow(() -> Problems.missing("messages", "a list of messages"));
    Map<String, Object> variables = templateVariables(body, model);
    if (node.isString()) {
      return rawPrompt(Values.text("messages", node), model, tools, config);
    }
    List<ChatMessage> messages = MessageReader.read("messages", node);
    return new Conversation(model, messages, tools, config, variables, media)::choice;
  }

  /** LMDeploy's way to bypass the template. */
  private static Function<GenerationConfig, GenerationPlan.Choice> rawPrompt(
      String prompt, ServedModel model, Optional<ToolUse> tools, GenerationConfig config) {
    if (tools.isPresent()) {
      throw new InvalidRequestException(
          "tools", "a prompt without the chat template shows no tools; send a list of messages");
    }
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
    body.text("reasoning_effort")
        .filter(effort -> takesEffort(effort, model))
        .ifPresent(effort -> variables.put("reasoning_effort", effort));
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

  private static boolean takesEffort(String effort, ServedModel model) {
    if (!EFFORTS.contains(effort)) {
      throw new InvalidRequestException(
          "reasoning_effort",
          "reasoning_effort is \""
              + Problems.shown(effort)
              + "\"; it must be one of "
              + String.join(", ", EFFORTS));
    }
    boolean takes = model.templateTakes("reasoning_effort");
    if (!takes && !effort.equals("none")) {
      throw new UnsupportedFeatureException(
          "reasoning_effort",
          "reasoning_effort is \""
              + effort
              + "\", and the model's chat template does not take it; leave it out");
    }
    return takes;
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
