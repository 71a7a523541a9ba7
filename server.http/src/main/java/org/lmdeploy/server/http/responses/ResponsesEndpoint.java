package org.lmdeploy.server.http.responses;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.openai.Conversation;
import org.lmdeploy.server.http.openai.ReasoningEffort;
import org.lmdeploy.server.http.openai.Sampling;
import org.lmdeploy.server.http.openai.ServedModels;
import org.lmdeploy.server.http.openai.ToolUse;
import tools.jackson.databind.JsonNode;

/**
 * {@code /v1/responses}, without what needs stored state.
 *
 * @param manager the models
 * @param media which images a request may bring
 */
public record ResponsesEndpoint(ModelManager manager, MediaPolicy media) implements Endpoint {
  private static final Set<String> LABELS =
      Set.of(
          "metadata",
          "user",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "session_id");

  private static final Predicate<JsonNode> FALSE = node -> node.isBoolean() && !node.booleanValue();
  private static final Predicate<JsonNode> NEVER = _ -> false;

  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    GenerationConfig.Builder sampling = Sampling.read(body, model, model.sessionLen());
    body.integer("max_output_tokens", 1, Integer.MAX_VALUE).ifPresent(sampling::maxNewTokens);
    format(body).ifPresent(sampling::responseFormat);
    GenerationConfig config = Sampling.build(sampling);
    List<ChatMessage> messages = InputReader.read(body);
    Optional<ToolUse> tools = FunctionTools.read(body, model);
    Map<String, Object> variables =
        body.object("reasoning").map(fields -> reasoning(fields, model)).orElse(Map.of());
    boolean stream = body.flag("stream", false);
    refuseUnbuilt(body);
    ResponseHead head = ResponseHead.of(body, model, config);
    body.refuseUnknown();
    Conversation conversation = new Conversation(model, messages, tools, config, variables, media);
    return new GenerationPlan(
        List.of(conversation.choice(config)), stream, new ResponseWriter(head));
  }

  private static Optional<OutputFormat> format(Fields body) {
    Optional<Fields> text = body.object("text");
    Optional<OutputFormat> format =
        text.flatMap(fields -> fields.object("format")).flatMap(ResponsesEndpoint::readFormat);
    text.ifPresent(
        fields -> {
          refuse(fields, "verbosity", node -> node.stringValue("").equals("medium"));
          fields.refuseUnknown();
        });
    return format;
  }

  private static Optional<OutputFormat> readFormat(Fields format) {
    String type = format.text("type").orElse("");
    Optional<OutputFormat> read =
        switch (type) {
          case "text" -> Optional.empty();
          case "json_object" -> Optional.of(new OutputFormat.JsonObject());
          case "json_schema" -> Optional.of(schema(format));
          default ->
              throw new InvalidRequestException(
                  format.name("type"),
                  format.name("type")
                      + " is \""
                      + Problems.shown(type)
                      + "\"; it must be \"text\", \"json_object\" or \"json_schema\"");
        };
    format.refuseUnknown();
    return read;
  }

  private static OutputFormat schema(Fields format) {
    String _ =
        format
            .text("name")
            .orElseThrow(() -> Problems.missing(format.name("name"), "the schema's name"));
    format.text("description");
    format.flag("strict", true); // whatever it says, the answer obeys the schema
    JsonNode schema =
        format
            .value("schema")
            .orElseThrow(() -> Problems.missing(format.name("schema"), "a JSON Schema"));
    return new OutputFormat.JsonSchema(schema.toString());
  }

  private static Map<String, Object> reasoning(Fields reasoning, ServedModel model) {
    Map<String, Object> variables =
        ReasoningEffort.variables(reasoning.name("effort"), reasoning.text("effort"), model);
    // there are no summaries: the reasoning itself is given
    refuse(reasoning, "summary", node -> node.stringValue("").equals("auto"));
    refuse(reasoning, "generate_summary", node -> node.stringValue("").equals("auto"));
    reasoning.refuseUnknown();
    return variables;
  }

  private static void refuseUnbuilt(Fields body) {
    body.acceptLabels(LABELS);
    refuse(body, "store", FALSE);
    refuse(body, "background", FALSE);
    refuse(body, "previous_response_id", NEVER);
    refuse(body, "conversation", NEVER);
    refuse(body, "prompt", NEVER);
    refuse(body, "max_tool_calls", NEVER);
    refuse(body, "context_management", NEVER);
    refuse(body, "moderation", NEVER);
    refuse(body, "truncation", node -> node.stringValue("").equals("disabled"));
    refuse(body, "top_logprobs", node -> node.isNumber() && node.intValue(-1) == 0);
    refuse(body, "include", ResponsesEndpoint::asksForNothing);
    body.object("stream_options")
        .ifPresent(
            options -> {
              refuse(options, "include_obfuscation", FALSE);
              options.refuseUnknown();
            });
  }

  /** Encrypted reasoning is how clients without stored state ask for reasoning, which is given. */
  private static boolean asksForNothing(JsonNode include) {
    return include.isArray()
        && include
            .valueStream()
            .allMatch(item -> item.stringValue("").equals("reasoning.encrypted_content"));
  }

  private static void refuse(Fields fields, String field, Predicate<JsonNode> harmless) {
    fields
        .value(field)
        .filter(harmless.negate())
        .ifPresent(
            value -> {
              throw new UnsupportedFeatureException(
                  fields.name(field),
                  fields.name(field)
                      + " is "
                      + Problems.shown(value)
                      + ", which is not supported; leave it out");
            });
  }
}
