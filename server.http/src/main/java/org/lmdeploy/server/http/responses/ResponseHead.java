package org.lmdeploy.server.http.responses;

import java.time.Instant;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Ids;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Unicode;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What a response says of its request.
 *
 * @param id the response's id
 * @param created seconds since 1970
 * @param model the model's name
 * @param config how it is answered
 * @param maxOutputTokens the request's limit, or null
 * @param instructions the request's instructions, or null
 * @param tools the request's tools, or null
 * @param toolChoice the request's choice of tools, or null
 * @param textFormat the request's format of texts, or null
 * @param effort the request's reasoning effort, or null
 * @param metadata the request's labels, or null
 * @param parallel whether several tools may be called
 */
record ResponseHead(
    String id,
    long created,
    String model,
    GenerationConfig config,
    JsonNode maxOutputTokens,
    JsonNode instructions,
    JsonNode tools,
    JsonNode toolChoice,
    JsonNode textFormat,
    JsonNode effort,
    JsonNode metadata,
    boolean parallel) {
  static ResponseHead of(Fields body, ServedModel model, GenerationConfig config) {
    return new ResponseHead(
        Ids.next("resp_"),
        Instant.now().getEpochSecond(),
        model.name(),
        config,
        node(body, "max_output_tokens"),
        node(body, "instructions"),
        node(body, "tools"),
        node(body, "tool_choice"),
        inner(body, "text", "format"),
        inner(body, "reasoning", "effort"),
        node(body, "metadata"),
        body.flag("parallel_tool_calls", true));
  }

  private static JsonNode node(Fields body, String field) {
    return body.value(field).orElse(null);
  }

  private static JsonNode inner(Fields body, String field, String within) {
    return Optional.ofNullable(node(body, field)).map(node -> node.get(within)).orElse(null);
  }

  /** The fields that do not change while the response is made. */
  void write(JsonGenerator json) {
    json.writeStringProperty("id", id);
    json.writeStringProperty("object", "response");
    json.writeNumberProperty("created_at", created);
    json.writeStringProperty("model", model);
    json.writeBooleanProperty("background", false);
    write(json, "instructions", instructions, "null");
    write(json, "max_output_tokens", maxOutputTokens, "null");
    write(json, "metadata", metadata, "{}");
    json.writeBooleanProperty("parallel_tool_calls", parallel);
    json.writeNullProperty("previous_response_id");
    json.writeName("reasoning");
    json.writeStartObject();
    write(json, "effort", effort, "null");
    json.writeNullProperty("summary");
    json.writeEndObject();
    json.writeBooleanProperty("store", false);
    json.writeNumberProperty("temperature", config.temperature());
    json.writeName("text");
    json.writeStartObject();
    write(json, "format", textFormat, "{\"type\":\"text\"}");
    json.writeEndObject();
    write(json, "tool_choice", toolChoice, "\"auto\"");
    write(json, "tools", tools, "[]");
    json.writeNumberProperty("top_p", config.topP());
    json.writeStringProperty("truncation", "disabled");
  }

  private static void write(JsonGenerator json, String field, JsonNode value, String ifNull) {
    json.writeName(field);
    json.writeRawValue(value == null ? ifNull : Unicode.wellFormed(value.toString()));
  }
}
