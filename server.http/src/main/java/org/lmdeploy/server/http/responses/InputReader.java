package org.lmdeploy.server.http.responses;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import org.lmdeploy.server.http.openai.ToolCallReader;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code instructions} and {@code input}. What the assistant reasoned, said and called stands
 * in items of its own there, and becomes one message of the assistant.
 */
final class InputReader {
  private static final int MOST = 10_000;

  /** What clients send back of an earlier answer's items. */
  private static final Set<String> LABELS = Set.of("id", "status");

  private final List<ChatMessage> messages = new ArrayList<>();
  private final List<ContentPart> said = new ArrayList<>();
  private final StringBuilder reasoned = new StringBuilder();
  private final List<ToolCall> called = new ArrayList<>();

  private InputReader() {}

  static List<ChatMessage> read(Fields body) {
    InputReader reader = new InputReader();
    body.text("instructions")
        .ifPresent(text -> reader.messages.add(ChatMessage.of("system", text)));
    String name = body.name("input");
    JsonNode input =
        body.value("input")
            .orElseThrow(() -> Problems.missing(name, "a string or a list of items"));
    if (input.isString()) {
      reader.messages.add(ChatMessage.of("user", Values.text(name, input)));
      return reader.messages;
    }
    JsonNode list = Values.list(name, input, "a string or a list of items", MOST);
    if (list.isEmpty()) {
      throw Problems.wrong(name, input, "a string or a list of at least one item");
    }
    int i = 0;
    for (JsonNode item : list) {
      reader.item(Fields.of(item, name + "[" + i++ + "]"));
    }
    reader.endTurn();
    return reader.messages;
  }

  private void item(Fields item) {
    String type = item.text("type").orElse("message");
    item.acceptLabels(LABELS);
    switch (type) {
      case "message" -> message(item);
      case "reasoning" -> reasoning(item);
      case "function_call" -> called.add(call(item));
      case "function_call_output" -> {
        endTurn();
        messages.add(output(item));
      }
      case "item_reference" ->
          throw new UnsupportedFeatureException(
              item.name("type"),
              item.name("type")
                  + " is \"item_reference\"; nothing is stored here, so send the item itself");
      default ->
          throw new UnsupportedFeatureException(
              item.name("type"),
              item.name("type")
                  + " is \""
                  + Problems.shown(type)
                  + "\"; message, reasoning, function_call and function_call_output are known");
    }
    item.refuseUnknown();
  }

  private void message(Fields item) {
    String role = required(item, "role", "a role");
    List<ContentPart> parts = InputParts.read(item, "content");
    item.text("phase");
    switch (role) {
      case "assistant" -> said.addAll(parts);
      case "user", "system" -> add(role, parts);
      case "developer" -> add("system", parts);
      default ->
          throw new InvalidRequestException(
              item.name("role"),
              item.name("role")
                  + " is \""
                  + Problems.shown(role)
                  + "\"; it must be \"user\", \"assistant\", \"system\" or \"developer\"");
    }
  }

  private void add(String role, List<ContentPart> parts) {
    endTurn();
    messages.add(new ChatMessage(role, parts));
  }

  private void reasoning(Fields item) {
    item.acceptLabels(Set.of("summary", "encrypted_content"));
    String name = item.name("content");
    Optional<JsonNode> content = item.value("content");
    if (content.isEmpty()) {
      return;
    }
    int i = 0;
    for (JsonNode part : Values.list(name, content.get(), "a list of parts", MOST)) {
      Fields fields = Fields.of(part, name + "[" + i++ + "]");
      fields.text("type");
      reasoned.append(required(fields, "text", "a string"));
      fields.refuseUnknown();
    }
  }

  private static ToolCall call(Fields item) {
    return new ToolCall(
        required(item, "call_id", "the id of the call"),
        required(item, "name", "the name of a function"),
        ToolCallReader.arguments(
            item.name("arguments"), required(item, "arguments", "the text of a JSON object")));
  }

  private static ChatMessage output(Fields item) {
    String id = required(item, "call_id", "the id of a call");
    List<ContentPart> parts = InputParts.read(item, "output");
    return new ChatMessage("tool", parts, Optional.empty(), List.of(), Optional.of(id));
  }

  private void endTurn() {
    if (said.isEmpty() && called.isEmpty() && reasoned.isEmpty()) {
      return;
    }
    messages.add(
        new ChatMessage(
            "assistant",
            said.isEmpty() ? List.of(new TextPart("")) : said,
            Optional.of(reasoned.toString()).filter(text -> !text.isEmpty()),
            called,
            Optional.empty()));
    said.clear();
    called.clear();
    reasoned.setLength(0);
  }

  private static String required(Fields fields, String field, String right) {
    return fields.text(field).orElseThrow(() -> Problems.missing(fields.name(field), right));
  }
}
