package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** Reads the messages of a conversation. */
public final class MessageReader {
  private static final String ROLES =
      "\"system\", \"developer\", \"user\", \"assistant\" or \"tool\"";

  private MessageReader() {}

  public static List<ChatMessage> read(String name, JsonNode node) {
    JsonNode list =
        Values.list(name, node, "a list of messages, or a prompt as a string", Limits.MESSAGES);
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : list) {
      messages.add(message(Fields.of(message, name + "[" + messages.size() + "]")));
    }
    if (messages.isEmpty()) {
      throw Problems.wrong(name, node, "a list of at least one message");
    }
    return messages;
  }

  private static ChatMessage message(Fields message) {
    String role = role(message);
    String name = message.name("content");
    List<ContentPart> parts =
        message
            .value("content")
            .map(content -> ContentReader.read(name, content))
            .orElseGet(
                () -> {
                  if (!role.equals("assistant")) {
                    throw Problems.missing(name, "a string or a list of parts");
                  }
                  return List.of(new TextPart("")); // as OpenAI gives an answer without text
                });
    message.text("name");
    Optional<String> answered = Optional.empty();
    Optional<String> reasoning = Optional.empty();
    List<ToolCall> calls = List.of();
    if (role.equals("tool")) {
      answered = message.text("tool_call_id");
    }
    if (role.equals("assistant")) {
      calls = ToolCallReader.read(message);
      reasoning = message.text("reasoning_content").filter(text -> !text.isEmpty());
      refuseUnbuilt(message);
    }
    message.refuseUnknown();
    return new ChatMessage(role, parts, reasoning, calls, answered);
  }

  private static String role(Fields message) {
    String name = message.name("role");
    JsonNode role = message.value("role").orElseThrow(() -> Problems.missing(name, ROLES));
    return switch (Values.text(name, role)) {
      case "developer" -> "system"; // OpenAI's newer name
      case "system", "user", "assistant", "tool" -> role.stringValue();
      default -> throw Problems.wrong(name, role, ROLES);
    };
  }

  /** What clients send back with an earlier answer, as long as there was nothing in it. */
  private static void refuseUnbuilt(Fields message) {
    UnbuiltFields.refuse(message, "function_call", node -> false);
    UnbuiltFields.refuse(message, "refusal", node -> false);
    UnbuiltFields.refuse(message, "audio", node -> false);
    UnbuiltFields.refuse(message, "annotations", node -> node.isArray() && node.isEmpty());
  }
}
