package org.lmdeploy.server.http.responses;

import java.util.Optional;
import org.lmdeploy.server.http.answer.Ids;
import tools.jackson.core.JsonGenerator;

/** One item of a response's output. */
final class OutputItem {
  /** What an item is. */
  enum Kind {
    REASONING("rs_"),
    MESSAGE("msg_"),
    CALL("fc_");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  private final Kind kind;
  private final String id;
  private final Optional<String> function;
  private final String callId = Ids.next("call_");
  private final StringBuilder text = new StringBuilder();
  private String status = "in_progress";

  /**
   * @param function the function of a call
   */
  OutputItem(Kind kind, Optional<String> function) {
    this.kind = kind;
    this.id = Ids.next(kind.prefix);
    this.function = function;
  }

  Kind kind() {
    return kind;
  }

  String id() {
    return id;
  }

  /** Content, reasoning or arguments. */
  String text() {
    return text.toString();
  }

  void add(String more) {
    text.append(more);
  }

  void end(boolean complete) {
    status = complete ? "completed" : "incomplete";
  }

  boolean isOpen() {
    return status.equals("in_progress");
  }

  void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("id", id);
    switch (kind) {
      case REASONING -> {
        json.writeStringProperty("type", "reasoning");
        json.writeName("summary");
        json.writeStartArray();
        json.writeEndArray();
        writeContent(json);
      }
      case MESSAGE -> {
        json.writeStringProperty("type", "message");
        json.writeStringProperty("role", "assistant");
        writeContent(json);
      }
      case CALL -> {
        json.writeStringProperty("type", "function_call");
        json.writeStringProperty("call_id", callId);
        json.writeStringProperty("name", function.orElseThrow());
        json.writeStringProperty("arguments", text());
      }
    }
    json.writeStringProperty("status", status);
    json.writeEndObject();
  }

  /** The content, which is added as a part of its own once the item is there. */
  private void writeContent(JsonGenerator json) {
    json.writeName("content");
    json.writeStartArray();
    if (!isOpen()) {
      writePart(json);
    }
    json.writeEndArray();
  }

  /** The one part of an item with text. */
  void writePart(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("type", kind == Kind.MESSAGE ? "output_text" : "reasoning_text");
    json.writeStringProperty("text", text());
    if (kind == Kind.MESSAGE) {
      json.writeName("annotations");
      json.writeStartArray();
      json.writeEndArray();
      json.writeName("logprobs");
      json.writeStartArray();
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
