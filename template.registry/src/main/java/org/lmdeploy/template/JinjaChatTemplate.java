package org.lmdeploy.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;
import org.lmdeploy.template.jinja.JinjaException;
import org.lmdeploy.template.jinja.JinjaTemplate;

/** The Jinja template of a checkpoint. */
final class JinjaChatTemplate implements ChatTemplate {
  private final String name;
  private final JinjaTemplate chat;
  private final JinjaTemplate withTools;
  private final Map<String, Object> specialTokens;
  private final Map<String, TemplateTraits> traits = new ConcurrentHashMap<>();

  /**
   * @param withTools the template for conversations with tools, which is mostly the same
   * @param specialTokens variables such as {@code bos_token}, from tokenizer_config.json
   */
  JinjaChatTemplate(
      String name, JinjaTemplate chat, JinjaTemplate withTools, Map<String, Object> specialTokens) {
    this.name = name;
    this.chat = chat;
    this.withTools = withTools;
    this.specialTokens = Map.copyOf(specialTokens);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<PromptPiece> render(TemplateInput input) {
    List<PlacedMessage> messages = PlacedMessage.of(input.messages());
    Sentinels sentinels = new Sentinels(input.imageMarker(), texts(messages, input));
    TemplateTraits known = traits.computeIfAbsent(input.imageMarker(), this::probe);
    List<Integer> printed = new ArrayList<>();
    List<Object> rendered = new ArrayList<>();
    MessageFields fields = new MessageFields(sentinels);
    for (PlacedMessage message : messages) {
      boolean asParts = known.printsImages() && !message.explicit() && !message.images().isEmpty();
      rendered.add(
          asParts
              ? fields.of(message.source(), parts(message, known.images(), sentinels))
              : fields.of(message.source(), flat(message, known.texts(), input, sentinels)));
      if (asParts) {
        printed.addAll(message.images());
      }
    }
    boolean continued = messages.getLast().isAssistant();
    if (continued) {
      end(rendered, sentinels);
    }
    String prompt = run(input, fields.tools(input.tools()), rendered, !continued);
    if (continued) {
      prompt = cut(prompt, sentinels);
    }
    requireTools(prompt, input.tools());
    if (!printed.isEmpty() && sentinels.markers(prompt) != printed.size()) {
      throw new InvalidRequestException(
          "messages",
          "the checkpoint's chat template shows "
              + sentinels.markers(prompt)
              + " of "
              + printed.size()
              + " images; images may stand in messages of the user alone");
    }
    return sentinels.split(prompt, printed);
  }

  private TemplateTraits probe(String marker) {
    return TemplateTraits.probe(
        marker,
        content ->
            run(
                chat,
                variables(Map.of(), List.of()),
                List.of(Map.of("role", "user", "content", content)),
                true));
  }

  @Override
  public boolean takes(String variable) {
    return chat.mentions(variable);
  }

  /** A template that knows no tools leaves them out without a word. */
  private static void requireTools(String prompt, List<Map<String, Object>> tools) {
    for (Map<String, Object> tool : tools) {
      Object name = tool.get("function") instanceof Map<?, ?> f ? f.get("name") : tool.get("name");
      if (name instanceof String text && !prompt.contains(text)) {
        throw new UnsupportedFeatureException(
            "tools", "the checkpoint's chat template does not show tools to the model");
      }
    }
  }

  private static Object flat(
      PlacedMessage message, ContentForm form, TemplateInput input, Sentinels sentinels) {
    StringBuilder text = new StringBuilder();
    for (PromptPiece piece : message.flattened(ImagePrefix.ofFamily(input.imagePrefix()))) {
      text.append(
          switch (piece) {
            case PromptPiece.Text part -> sentinels.escape(part.text());
            case PromptPiece.Image image -> sentinels.place(image.index());
          });
    }
    return form.text(text.toString());
  }

  private static Object parts(PlacedMessage message, ContentForm form, Sentinels sentinels) {
    List<Object> parts = new ArrayList<>();
    for (PromptPiece piece : message.pieces()) {
      parts.add(
          switch (piece) {
            case PromptPiece.Text part -> textPart(sentinels.escape(part.text()));
            case PromptPiece.Image ignored -> form.image();
          });
    }
    return parts;
  }

  /**
   * Marks the end of the last message, behind which the prompt is cut for the model to continue.
   */
  @SuppressWarnings("unchecked") // messages and parts are made above
  private static void end(List<Object> messages, Sentinels sentinels) {
    Map<String, Object> last = (Map<String, Object>) messages.getLast();
    if (last.get("content") instanceof String text) {
      last.put("content", text + sentinels.end());
      return;
    }
    List<Object> parts = new ArrayList<>((List<Object>) last.get("content"));
    // a part of its own would be set off by what the template prints between parts
    if (((Map<?, ?>) parts.getLast()).get("text") instanceof String text) {
      parts.set(parts.size() - 1, textPart(text + sentinels.end()));
    } else {
      parts.add(textPart(sentinels.end()));
    }
    last.put("content", parts);
  }

  private static Map<String, Object> textPart(String text) {
    return Map.of("type", "text", "text", text);
  }

  private static String cut(String prompt, Sentinels sentinels) {
    int end = prompt.lastIndexOf(sentinels.end());
    if (end < 0) {
      throw new InvalidRequestException(
          "messages",
          "the checkpoint's chat template leaves out the last message, so it cannot be continued");
    }
    return prompt.substring(0, end);
  }

  private String run(
      TemplateInput input, List<Object> tools, List<Object> messages, boolean generate) {
    try {
      JinjaTemplate template = tools.isEmpty() ? chat : withTools;
      return run(template, variables(input.variables(), tools), messages, generate);
    } catch (JinjaException e) {
      String line = e.line() > 0 ? " (line " + e.line() + ")" : "";
      String problem =
          e.kind() == JinjaException.Kind.RAISED
              ? "the checkpoint's chat template refuses the messages: "
              : "the checkpoint's chat template" + line + " cannot render the messages: ";
      throw new InvalidRequestException("messages", problem + e.getMessage(), e);
    }
  }

  private Map<String, Object> variables(Map<String, Object> given, List<Object> tools) {
    Map<String, Object> variables = new HashMap<>(specialTokens);
    variables.putAll(given);
    variables.put("tools", tools.isEmpty() ? null : tools);
    variables.putIfAbsent("documents", null);
    return variables;
  }

  private static String run(
      JinjaTemplate template,
      Map<String, Object> variables,
      List<Object> messages,
      boolean generate) {
    variables.put("messages", messages);
    variables.put("add_generation_prompt", generate);
    return template.render(variables);
  }

  /** All texts of a conversation, those in objects in one form or another. */
  private static List<String> texts(List<PlacedMessage> messages, TemplateInput input) {
    List<String> texts = new ArrayList<>(List.of(input.tools().toString()));
    for (PlacedMessage message : messages) {
      texts.add(message.source().text());
      texts.add(message.source().reasoning().orElse(""));
      texts.add(message.source().toolCalls().toString());
    }
    return texts;
  }
}
