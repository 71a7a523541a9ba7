package org.lmdeploy.server.http.responses;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.json.Unicode;
import tools.jackson.core.JsonGenerator;

/** The object {@code response}. */
final class ResponseJson {
  private ResponseJson() {}

  /** A response that is being made. */
  static void writeOpen(JsonGenerator json, ResponseHead head) {
    json.writeStartObject();
    head.write(json);
    writeState(json, "in_progress", Optional.empty(), Optional.empty());
    writeOutput(json, List.of());
    json.writeNullProperty("usage");
    json.writeEndObject();
  }

  /** A response that is complete, or as complete as it could be. */
  static void writeEnded(
      JsonGenerator json, ResponseHead head, List<OutputItem> items, AnswerEnd end, Usage usage) {
    json.writeStartObject();
    head.write(json);
    writeState(json, status(end), reason(end), Optional.empty());
    writeOutput(json, items);
    writeUsage(json, usage);
    json.writeEndObject();
  }

  /** A response that failed. */
  static void writeFailed(
      JsonGenerator json, ResponseHead head, List<OutputItem> items, RequestError error) {
    json.writeStartObject();
    head.write(json);
    writeState(json, "failed", Optional.empty(), Optional.of(error));
    writeOutput(json, items);
    json.writeNullProperty("usage");
    json.writeEndObject();
  }

  static String status(AnswerEnd end) {
    return reason(end).isPresent() ? "incomplete" : "completed";
  }

  private static Optional<String> reason(AnswerEnd end) {
    return switch (end) {
      case STOP, TOOL_CALLS -> Optional.empty();
      case LENGTH -> Optional.of("max_output_tokens");
      case PARSE_ERROR -> Optional.of("parse_error");
    };
  }

  private static void writeState(
      JsonGenerator json, String status, Optional<String> reason, Optional<RequestError> error) {
    json.writeStringProperty("status", status);
    json.writeName("error");
    if (error.isPresent()) {
      json.writeStartObject();
      json.writeStringProperty("code", error.get().code());
      json.writeStringProperty("message", Unicode.wellFormed(error.get().message()));
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeName("incomplete_details");
    if (reason.isPresent()) {
      json.writeStartObject();
      json.writeStringProperty("reason", reason.get());
      json.writeEndObject();
    } else {
      json.writeNull();
    }
  }

  private static void writeOutput(JsonGenerator json, List<OutputItem> items) {
    json.writeName("output");
    json.writeStartArray();
    items.forEach(item -> item.write(json));
    json.writeEndArray();
  }

  private static void writeUsage(JsonGenerator json, Usage usage) {
    json.writeName("usage");
    json.writeStartObject();
    json.writeNumberProperty("input_tokens", usage.promptTokens());
    json.writeName("input_tokens_details");
    json.writeStartObject();
    json.writeNumberProperty("cached_tokens", usage.cachedTokens());
    json.writeEndObject();
    json.writeNumberProperty("output_tokens", usage.completionTokens());
    json.writeName("output_tokens_details");
    json.writeStartObject();
    json.writeNumberProperty("reasoning_tokens", usage.reasoningTokens());
    json.writeEndObject();
    json.writeNumberProperty("total_tokens", usage.promptTokens() + usage.completionTokens());
    json.writeEndObject();
  }
}
