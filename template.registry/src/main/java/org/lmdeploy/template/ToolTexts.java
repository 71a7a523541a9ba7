package org.lmdeploy.template;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.template.jinja.PythonJson;

/**
 * How a built-in template shows the tools of a request: Llama 3.1's inside the system part,
 * InternLM2's as a system message of its own behind it.
 */
final class ToolTexts {
  /** What an answer of Llama 3.1 holds that calls a tool. */
  private static final List<String> CALLS = List.of("<|python_tag|>", "</function>");

  private final TemplateFields fields;
  private final List<Map<String, Object>> functions;

  /**
   * @param name the template, for messages
   * @param tools as in a request: functions, or objects with a {@code function}
   */
  ToolTexts(String name, TemplateFields fields, List<Map<String, Object>> tools) {
    if (!tools.isEmpty() && fields.text("plugin").isEmpty() && fields.text("tools").isEmpty()) {
      throw new UnsupportedFeatureException(
          "tools",
          "the chat template "
              + name
              + " cannot show tools to the model; a checkpoint's own template may");
    }
    this.fields = fields;
    this.functions = tools.stream().map(ToolTexts::function).toList();
  }

  /** Whether an assistant's message calls a tool, after which its turn goes on. */
  static boolean isCall(PlacedMessage message) {
    return !message.source().toolCalls().isEmpty() || hasCall(message);
  }

  /** The calls of an assistant's message as the model writes them. */
  static String calls(ChatMessage message, TemplateFields fields, String template) {
    if (!message.toolCalls().isEmpty() && fields.text("call").isEmpty()) {
      throw new UnsupportedFeatureException(
          "messages",
          "the chat template "
              + template
              + " has no form for an assistant's calls of tools; a checkpoint's own template may");
    }
    return message.toolCalls().stream()
        .map(
            call ->
                fields
                    .text("call")
                    .replace("{name}", call.function())
                    .replace("{arguments}", PythonJson.dumps(call.arguments())))
        .collect(Collectors.joining());
  }

  private static boolean hasCall(PlacedMessage message) {
    return message.pieces().stream()
        .filter(PromptPiece.Text.class::isInstance)
        .map(piece -> ((PromptPiece.Text) piece).text())
        .anyMatch(text -> CALLS.stream().anyMatch(text::contains));
  }

  String inSystemPart() {
    if (functions.isEmpty() || fields.text("tools").isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(fields.text("tools"));
    for (Map<String, Object> function : functions) {
      text.append("Use the function '")
          .append(function.get("name"))
          .append("' to: ")
          .append(function.getOrDefault("description", ""))
          .append('\n')
          .append(PythonJson.dumps(function))
          .append('\n');
    }
    return text.append(fields.text("eotools")).toString();
  }

  String behindSystemPart() {
    if (functions.isEmpty() || fields.text("plugin").isEmpty()) {
      return "";
    }
    return fields.text("system").strip()
        + " name="
        + fields.text("plugin")
        + "\n"
        + PythonJson.dumps(functions)
        + fields.text("eosys");
  }

  @SuppressWarnings("unchecked") // a JSON object has texts as keys
  private static Map<String, Object> function(Map<String, Object> tool) {
    return tool.get("function") instanceof Map<?, ?> function
        ? (Map<String, Object>) function
        : tool;
  }
}
