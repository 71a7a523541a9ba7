package org.lmdeploy.server.http.anthropic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.lmdeploy.server.http.openai.Conversation;
import org.lmdeploy.server.http.openai.Sampling;
import org.lmdeploy.server.http.openai.ServedModels;
import org.lmdeploy.server.http.openai.ToolUse;

/**
 * The body of a question.
 *
 * @param model the model that is asked
 * @param conversation what is asked
 * @param config how it is answered
 * @param stopSequences the request's texts that end the answer
 */
record MessagesRequest(
    ServedModel model,
    Conversation conversation,
    GenerationConfig config,
    List<String> stopSequences) {
  private static final Set<String> LABELS = Set.of("metadata", "service_tier");
  private static final int STOP_SEQUENCES = 128;
  private static final int LEAST_BUDGET = 1024;

  /**
   * Reads a body.
   *
   * @param answered whether an answer is wanted, which must say how long it may be
   */
  static MessagesRequest read(
      Fields body, ModelManager manager, MediaPolicy media, boolean answered) {
    ServedModel model = ServedModels.of(body, manager);
    GenerationConfig.Builder sampling = Sampling.read(body, model, model.sessionLen());
    if (answered && body.value("max_tokens").isEmpty()) {
      throw Problems.missing("max_tokens", "the most tokens of the answer");
    }
    List<String> stopSequences =
        body.value("stop_sequences")
            .map(node -> Values.textOrTexts("stop_sequences", node, STOP_SEQUENCES))
            .orElse(List.of());
    List<String> stopWords = new ArrayList<>(model.samplingDefaults().stopWords());
    stopWords.addAll(stopSequences);
    sampling.stopWords(stopWords);
    GenerationConfig config = Sampling.build(sampling);
    List<ChatMessage> messages = MessagesReader.read(body);
    Optional<ToolUse> tools = ToolsReader.read(body, model);
    Map<String, Object> variables = thinking(body, model, config);
    body.acceptLabels(LABELS);
    return new MessagesRequest(
        model,
        new Conversation(model, messages, tools, config, variables, media),
        config,
        stopSequences);
  }

  private static Map<String, Object> thinking(
      Fields body, ServedModel model, GenerationConfig config) {
    Map<String, Object> variables = new HashMap<>();
    Optional<Fields> thinking = body.object("thinking");
    if (thinking.isEmpty()) {
      return variables;
    }
    Fields fields = thinking.get();
    String type = Required.text(fields, "type", "\"enabled\", \"adaptive\" or \"disabled\"");
    boolean on =
        switch (type) {
          case "enabled", "adaptive" -> true;
          case "disabled" -> false;
          default ->
              throw new InvalidRequestException(
                  fields.name("type"),
                  fields.name("type")
                      + " is \""
                      + Problems.shown(type)
                      + "\"; it must be \"enabled\", \"adaptive\" or \"disabled\"");
        };
    // a budget is the most of the answer's tokens that may be reasoning, and those are limited
    fields.integer("budget_tokens", LEAST_BUDGET, Math.max(LEAST_BUDGET, config.maxNewTokens()));
    fields.refuseUnknown();
    if (on && model.reasoningParser().isEmpty()) {
      throw new UnsupportedFeatureException(
          "thinking",
          "the model "
              + model.name()
              + " does not reason, or it is not known how it marks its reasoning; leave thinking"
              + " out, or have the server started with --reasoning-parser");
    }
    if (model.templateTakes("enable_thinking")) {
      variables.put("enable_thinking", on);
    }
    return variables;
  }
}
