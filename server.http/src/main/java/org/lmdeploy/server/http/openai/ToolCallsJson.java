package org.lmdeploy.server.http.openai;

import java.util.List;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.server.http.answer.Block;
import org.lmdeploy.server.http.answer.Ids;
import tools.jackson.core.JsonGenerator;

/** Calls of tools in OpenAI's form. */
final class ToolCallsJson {
  private static final String ID = "call_";

  private ToolCallsJson() {}

  /** The field {@code tool_calls} of a delta, if there is something of calls among the parts. */
  static void writeDeltas(JsonGenerator json, List<AnswerPart> parts) {
    boolean open = false;
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.CallBegin || part instanceof AnswerPart.CallArguments) {
        if (!open) {
          json.writeName("tool_calls");
          json.writeStartArray();
          open = true;
        }
        writeDelta(json, part);
      }
    }
    if (open) {
      json.writeEndArray();
    }
  }

  private static void writeDelta(JsonGenerator json, AnswerPart part) {
    switch (part) {
      case AnswerPart.CallBegin(int call, String function) -> {
        json.writeStartObject();
        json.writeNumberProperty("index", call);
        writeHead(json);
        writeFunction(json, function, "");
        json.writeEndObject();
      }
      case AnswerPart.CallArguments(int call, String arguments) -> {
        json.writeStartObject();
        json.writeNumberProperty("index", call);
        json.writeName("function");
        json.writeStartObject();
        json.writeStringProperty("arguments", arguments);
        json.writeEndObject();
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException(part.toString());
    }
  }

  /** The field {@code tool_calls} of a message, if there are calls. */
  static void writeWhole(JsonGenerator json, List<Block.Call> calls) {
    if (calls.isEmpty()) {
      return;
    }
    json.writeName("tool_calls");
    json.writeStartArray();
    for (Block.Call call : calls) {
      json.writeStartObject();
      writeHead(json);
      writeFunction(json, call.function(), call.arguments());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeHead(JsonGenerator json) {
    json.writeStringProperty("id", Ids.next(ID));
    json.writeStringProperty("type", "function");
  }

  private static void writeFunction(JsonGenerator json, String name, String arguments) {
    json.writeName("function");
    json.writeStartObject();
    json.writeStringProperty("name", name);
    json.writeStringProperty("arguments", arguments);
    json.writeEndObject();
  }
}
