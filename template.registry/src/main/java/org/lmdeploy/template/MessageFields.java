package org.lmdeploy.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ToolCall;

/**
 * Messages as a Jinja template takes them, under the names that Hugging Face's templates use. The
 * arguments of a call are an object there, not text.
 */
final class MessageFields {
  private final Sentinels sentinels;

  /** Functions by the ids of their calls: a tool's message names the id alone. */
  private final Map<String, String> functions = new HashMap<>();

  /**
   * @param sentinels carries what looks like an image's marker through the template
   */
  MessageFields(Sentinels sentinels) {
    this.sentinels = sentinels;
  }

  /** The fields of the next message of a conversation. */
  Map<String, Object> of(ChatMessage message, Object content) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("role", message.role());
    fields.put("content", content);
    message.reasoning().ifPresent(text -> fields.put("reasoning_content", sentinels.escape(text)));
    if (!message.toolCalls().isEmpty()) {
      fields.put("tool_calls", message.toolCalls().stream().map(this::call).toList());
    }
    message
        .toolCallId()
        .ifPresent(
            id -> {
              fields.put("tool_call_id", id);
              if (functions.containsKey(id)) {
                fields.put("name", functions.get(id));
              }
            });
    return fields;
  }

  /** The tools of a request. */
  List<Object> tools(List<Map<String, Object>> tools) {
    return tools.stream().map(this::escaped).toList();
  }

  private Map<String, Object> call(ToolCall call) {
    functions.put(call.id(), call.function());
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", call.function());
    function.put("arguments", escaped(call.arguments()));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", call.id());
    fields.put("type", "function");
    fields.put("function", function);
    return fields;
  }

  private Object escaped(Object value) {
    return switch (value) {
      case String text -> sentinels.escape(text);
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, each) -> copy.put(key, escaped(each)));
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(each -> copy.add(escaped(each)));
        yield copy;
      }
      case null, default -> value;
    };
  }
}
