package org.lmdeploy.parser;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;

/**
 * Small conversations that a template is asked to render: what a template tells its model is what
 * the model was trained to write.
 */
final class TemplateProbe {
  private static final List<Map<String, Object>> TOOLS =
      List.of(
          Map.of(
              "type",
              "function",
              "function",
              Map.of(
                  "name",
                  "probe",
                  "description",
                  "probe",
                  "parameters",
                  Map.of("type", "object", "properties", Map.of()))));

  private TemplateProbe() {}

  /** The prompt of a conversation with a tool; empty if the template can show none. */
  static String withTool(ChatTemplate template) {
    return prompt(template, List.of(ChatMessage.of("user", "hi")), TOOLS, Map.of());
  }

  /** Prompts in which a template for models that reason has to show how they do. */
  static String withReasoning(ChatTemplate template) {
    List<ChatMessage> question = List.of(ChatMessage.of("user", "hi"));
    ChatMessage answer =
        new ChatMessage(
            "assistant",
            List.of(new TextPart("hello")),
            Optional.of("probe"),
            List.of(),
            Optional.empty());
    return prompt(template, question, List.of(), Map.of())
        + prompt(template, question, List.of(), Map.of("enable_thinking", false))
        + prompt(template, question, List.of(), Map.of("enable_thinking", true))
        + prompt(template, List.of(question.getFirst(), answer), List.of(), Map.of());
  }

  private static String prompt(
      ChatTemplate template,
      List<ChatMessage> messages,
      List<Map<String, Object>> tools,
      Map<String, Object> variables) {
    try {
      return template.render(new TemplateInput(messages, "", "", tools, variables)).stream()
          .filter(PromptPiece.Text.class::isInstance)
          .map(piece -> ((PromptPiece.Text) piece).text())
          .collect(Collectors.joining());
    } catch (LmDeployException e) {
      return ""; // a template that refuses such a conversation says nothing about it
    }
  }
}
