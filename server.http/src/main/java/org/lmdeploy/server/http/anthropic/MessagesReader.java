package org.lmdeploy.server.http.anthropic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code system} and {@code messages}. The results of tools, which stand in messages of the
 * user here, become messages of the tool in front of what else the user says.
 */
final class MessagesReader {
  private static final String ERROR = "Error: ";
  private static final String BLOCKS =
      "\"text\", \"image\", \"tool_use\", \"tool_result\" or" + " \"thinking\"";

  private final List<ChatMessage> messages = new ArrayList<>();

  private MessagesReader() {}

  static List<ChatMessage> read(Fields body) {
    MessagesReader reader = new MessagesReader();
    body.value("system")
        .map(node -> BlockReader.parts(body.name("system"), node))
        .filter(parts -> !parts.isEmpty())
        .ifPresent(parts -> reader.messages.add(new ChatMessage("system", parts)));
    String name = body.name("messages");
    JsonNode list =
        Values.list(
            name,
            Required.value(body, "messages", "a list of messages"),
            "a list of messages",
            BlockReader.MOST);
    if (list.isEmpty()) {
      throw Problems.wrong(name, list, "a list of at least one message");
    }
    int i = 0;
    for (JsonNode message : list) {
      reader.message(Fields.of(message, name + "[" + i++ + "]"));
    }
    return reader.messages;
  }

  private void message(Fields message) {
    String role = Required.text(message, "role", "\"user\" or \"assistant\"");
    JsonNode content = Required.value(message, "content", "a string or a list of blocks");
    message.refuseUnknown();
    switch (role) {
      case "user" -> user(message.name("content"), content);
      case "assistant" -> assistant(message.name("content"), content);
      default ->
          throw new InvalidRequestException(
              message.name("role"),
              message.name("role")
                  + " is \""
                  + Problems.shown(role)
                  + "\"; it must be \"user\" or \"assistant\"");
    }
  }

  private void user(String name, JsonNode content) {
    List<ContentPart> parts = new ArrayList<>();
    boolean results = false;
    for (Fields block : blocks(name, content, parts)) {
      String type = Required.text(block, "type", BLOCKS);
      if (type.equals("tool_result")) {
        messages.add(result(block));
        results = true;
      } else {
        parts.add(BlockReader.part(block, type));
      }
      block.refuseUnknown();
    }
    if (!parts.isEmpty() || !results) {
      messages.add(new ChatMessage("user", parts));
    }
  }

  private static ChatMessage result(Fields block) {
    block.acceptLabels(BlockReader.LABELS);
    String id = Required.text(block, "tool_use_id", "the id of a call");
    List<ContentPart> parts =
        new ArrayList<>(
            block
                .value("content")
                .map(content -> BlockReader.parts(block.name("content"), content))
                .orElse(List.of(new TextPart(""))));
    if (block.flag("is_error", false)) {
      parts.addFirst(new TextPart(ERROR)); // chat templates have no other place for it
    }
    return new ChatMessage("tool", parts, Optional.empty(), List.of(), Optional.of(id));
  }

  private void assistant(String name, JsonNode content) {
    List<ContentPart> parts = new ArrayList<>();
    StringBuilder reasoning = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (Fields block : blocks(name, content, parts)) {
      String type = Required.text(block, "type", BLOCKS);
      switch (type) {
        case "tool_use" -> calls.add(call(block));
        case "thinking" -> {
          reasoning.append(Required.text(block, "thinking", "a string"));
          block.text("signature");
        }
        default -> parts.add(BlockReader.part(block, type));
      }
      block.refuseUnknown();
    }
    messages.add(
        new ChatMessage(
            "assistant",
            parts.isEmpty() ? List.of(new TextPart("")) : parts,
            Optional.of(reasoning.toString()).filter(text -> !text.isEmpty()),
            calls,
            Optional.empty()));
  }

  @SuppressWarnings("unchecked") // an object becomes a map with texts as keys
  private static ToolCall call(Fields block) {
    block.acceptLabels(BlockReader.LABELS);
    String id = Required.text(block, "id", "the id of the call");
    String function = Required.text(block, "name", "the name of a tool");
    JsonNode input = Required.value(block, "input", "an object");
    if (!input.isObject()) {
      throw Problems.wrong(block.name("input"), input, "an object");
    }
    return new ToolCall(id, function, (Map<String, Object>) Values.plain(input));
  }

  /** The blocks of a content that is a list; a content that is a text becomes a part at once. */
  private static List<Fields> blocks(String name, JsonNode content, List<ContentPart> parts) {
    if (content.isString()) {
      parts.addAll(BlockReader.parts(name, content));
      return List.of();
    }
    JsonNode list = Values.list(name, content, "a string or a list of blocks", BlockReader.MOST);
    if (list.isEmpty()) {
      throw Problems.wrong(name, content, "a string or a list of at least one block");
    }
    List<Fields> blocks = new ArrayList<>();
    for (JsonNode block : list) {
      blocks.add(Fields.of(block, name + "[" + blocks.size() + "]"));
    }
    return blocks;
  }
}
