package org.lmdeploy.server.http.anthropic;

import java.util.Optional;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.Block;
import org.lmdeploy.server.http.answer.Ids;
import org.lmdeploy.server.http.answer.Usage;
import tools.jackson.core.JsonGenerator;

/** The parts of a message in Anthropic's form. */
final class MessageJson {
  /** LMDeploy's; nothing is signed, and clients send it back. */
  static final String SIGNATURE = "lmdeploy-local";

  private MessageJson() {}

  static void writeBlock(JsonGenerator json, Block block) {
    switch (block) {
      case Block.Text(String text) -> writeText(json, text);
      case Block.Reasoning(String text) -> writeThinking(json, text, SIGNATURE);
      case Block.Call(String function, String arguments, boolean malformed) -> {
        if (malformed) {
          writeText(json, arguments); // an input must be an object; stop_reason tells
        } else {
          writeCall(json, function, Optional.of(arguments));
        }
      }
    }
  }

  static void writeEmptyText(JsonGenerator json) {
    writeText(json, "");
  }

  static void writeEmptyThinking(JsonGenerator json) {
    writeThinking(json, "", "");
  }

  private static void writeText(JsonGenerator json, String text) {
    json.writeStartObject();
    json.writeStringProperty("type", "text");
    json.writeStringProperty("text", text);
    json.writeEndObject();
  }

  private static void writeThinking(JsonGenerator json, String text, String signature) {
    json.writeStartObject();
    json.writeStringProperty("type", "thinking");
    json.writeStringProperty("thinking", text);
    json.writeStringProperty("signature", signature);
    json.writeEndObject();
  }

  /**
   * A call.
   *
   * @param arguments a JSON object; empty where they follow
   */
  static void writeCall(JsonGenerator json, String function, Optional<String> arguments) {
    json.writeStartObject();
    json.writeStringProperty("type", "tool_use");
    json.writeStringProperty("id", Ids.next("toolu_"));
    json.writeStringProperty("name", function);
    json.writeName("input");
    json.writeRawValue(arguments.orElse("{}"));
    json.writeEndObject();
  }

  static void writeStop(JsonGenerator json, Optional<AnswerEnd> end, Optional<String> stopWord) {
    if (end.isEmpty()) {
      json.writeNullProperty("stop_reason");
    } else {
      json.writeStringProperty("stop_reason", reason(end.get(), stopWord.isPresent()));
    }
    if (stopWord.isPresent()) {
      json.writeStringProperty("stop_sequence", stopWord.get());
    } else {
      json.writeNullProperty("stop_sequence");
    }
  }

  private static String reason(AnswerEnd end, boolean stopWord) {
    return switch (end) {
      case STOP -> stopWord ? "stop_sequence" : "end_turn";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case PARSE_ERROR -> "parse_error";
    };
  }

  /** Tokens from the prefix cache are counted apart here. */
  static void writeUsage(JsonGenerator json, Usage usage) {
    json.writeName("usage");
    json.writeStartObject();
    json.writeNumberProperty("input_tokens", usage.promptTokens() - usage.cachedTokens());
    json.writeNumberProperty("cache_creation_input_tokens", 0);
    json.writeNumberProperty("cache_read_input_tokens", usage.cachedTokens());
    json.writeNumberProperty("output_tokens", usage.completionTokens());
    json.writeEndObject();
  }
}
