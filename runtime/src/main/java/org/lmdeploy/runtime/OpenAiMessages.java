package org.lmdeploy.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImagePart.Detail;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.error.InvalidRequestException;

/** Reads messages in OpenAI's form, as JSON gives them: maps, lists, texts and numbers. */
public final class OpenAiMessages {
  private OpenAiMessages() {}

  /**
   * Reads the field {@code messages} of a request.
   *
   * @throws InvalidRequestException naming the place of the first mistake
   */
  public static List<ChatMessage> parse(List<?> messages) {
    if (messages.isEmpty()) {
      throw new InvalidRequestException("messages", "messages is empty; at least one is needed");
    }
    List<ChatMessage> parsed = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      parsed.add(message("messages[" + i + "]", messages.get(i)));
    }
    return parsed;
  }

  private static ChatMessage message(String where, Object value) {
    Map<?, ?> message = object(where, value);
    if (!(message.get("role") instanceof String role) || role.isBlank()) {
      throw wrong(where + ".role", "a role is needed: system, user, assistant or tool");
    }
    String known = role.equals("developer") ? "system" : role;
    return new ChatMessage(
        known,
        content(where + ".content", message.get("content")),
        text(where + ".reasoning_content", message.get("reasoning_content")),
        calls(where + ".tool_calls", message.get("tool_calls")),
        text(where + ".tool_call_id", message.get("tool_call_id")));
  }

  private static Optional<String> text(String where, Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case String text -> Optional.of(text).filter(some -> !some.isEmpty());
      default -> throw wrong(where, "a text is needed");
    };
  }

  private static List<ToolCall> calls(String where, Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(where, "a list of calls is needed");
    }
    List<ToolCall> calls = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      calls.add(call(where + "[" + i + "]", object(where + "[" + i + "]", list.get(i))));
    }
    return calls;
  }

  @SuppressWarnings("unchecked") // a JSON object has texts as keys
  private static ToolCall call(String where, Map<?, ?> call) {
    Map<?, ?> function = object(where + ".function", call.get("function"));
    if (!(call.get("id") instanceof String id)) {
      throw wrong(where + ".id", "a text is needed");
    }
    if (!(function.get("name") instanceof String name)) {
      throw wrong(where + ".function.name", "a text is needed");
    }
    // as chat templates take them; there is no JSON parser in this bundle for OpenAI's text
    if (!(function.get("arguments") instanceof Map<?, ?> arguments)) {
      throw wrong(where + ".function.arguments", "an object is needed, parsed already");
    }
    return new ToolCall(id, name, (Map<String, Object>) arguments);
  }

  private static List<ContentPart> content(String where, Object content) {
    return switch (content) {
      case String text -> List.of(new TextPart(text));
      case List<?> parts -> parts(where, parts);
      // An assistant's message with tool calls has no content.
      case null -> List.of(new TextPart(""));
      default -> throw wrong(where, "a text or a list of parts is needed");
    };
  }

  private static List<ContentPart> parts(String where, List<?> parts) {
    List<ContentPart> parsed = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      parsed.add(part(where + "[" + i + "]", object(where + "[" + i + "]", parts.get(i))));
    }
    return parsed;
  }

  private static ContentPart part(String where, Map<?, ?> part) {
    Object type = part.get("type");
    if ("image_url".equals(type)) {
      return image(where + ".image_url", part.get("image_url"));
    }
    if (!"text".equals(type)) {
      throw wrong(where + ".type", "the type is " + type + "; text or image_url is needed");
    }
    if (part.get("text") instanceof String text) {
      return new TextPart(text);
    }
    throw wrong(where + ".text", "a text is needed");
  }

  private static ImagePart image(String where, Object value) {
    if (value instanceof String url) {
      return new ImagePart(new ImageSource.Url(url));
    }
    Map<?, ?> image = object(where, value);
    if (!(image.get("url") instanceof String url)) {
      throw wrong(where + ".url", "an address is needed");
    }
    return new ImagePart(
        new ImageSource.Url(url),
        detail(where + ".detail", image.get("detail")),
        patches(where + ".max_dynamic_patch", image.get("max_dynamic_patch")));
  }

  private static Detail detail(String where, Object value) {
    if (value == null) {
      return Detail.AUTO;
    }
    for (Detail detail : Detail.values()) {
      if (detail.name().toLowerCase(Locale.ROOT).equals(value)) {
        return detail;
      }
    }
    throw wrong(where, "it is " + value + "; auto, low, medium or high is needed");
  }

  private static OptionalInt patches(String where, Object value) {
    return switch (value) {
      case null -> OptionalInt.empty();
      case Integer count when count >= 1 -> OptionalInt.of(count);
      default -> throw wrong(where, "it is " + value + "; a whole number of at least 1 is needed");
    };
  }

  private static Map<?, ?> object(String where, Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(where, "an object is needed");
  }

  private static InvalidRequestException wrong(String where, String needed) {
    return new InvalidRequestException(where, where + ": " + needed);
  }
}
