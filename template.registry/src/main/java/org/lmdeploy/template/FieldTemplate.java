package org.lmdeploy.template;

import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;
import org.lmdeploy.template.jinja.PythonJson;

/**
 * A template of LMDeploy's kind: texts around each part of the conversation.
 *
 * @param name its name
 * @param fields the texts
 */
record FieldTemplate(String name, TemplateFields fields) implements ChatTemplate {
  private static final String FILL = "<FILL>";

  @Override
  public List<String> stopWords() {
    return fields.stopWords();
  }

  @Override
  public List<PromptPiece> render(TemplateInput input) {
    List<PlacedMessage> messages = PlacedMessage.of(input.messages());
    PieceBuilder out = new PieceBuilder();
    return switch (fields.texts().getOrDefault("capability", "chat")) {
      case "chat" -> chat(messages, input, out);
      case "completion", "python" -> {
        messages.forEach(message -> out.add(message.flattened(prefix(input))));
        yield out.build();
      }
      case "infilling" -> infilling(messages, out);
      default ->
          throw new InvalidRequestException(
              "capability is "
                  + fields.text("capability")
                  + "; chat, completion, infilling or python is needed");
    };
  }

  private List<PromptPiece> chat(
      List<PlacedMessage> messages, TemplateInput input, PieceBuilder out) {
    out.text(fields.text("start"));
    int round = 0;
    boolean toolsWritten = input.tools().isEmpty();
    if (!messages.getFirst().role().equals("system")) {
      fields
          .optional("meta_instruction")
          .ifPresent(meta -> out.text(fields.text("system")).text(meta).text(fields.text("eosys")));
    }
    for (int i = 0; i < messages.size(); i++) {
      PlacedMessage message = messages.get(i);
      if (!toolsWritten && !(i == 0 && message.role().equals("system"))) {
        tools(input, out);
        toolsWritten = true;
      }
      round += message.role().equals("user") ? 1 : 0;
      boolean last = i == messages.size() - 1;
      message(message, round, last, input, out);
    }
    if (!toolsWritten) {
      tools(input, out);
    }
    if (!messages.getLast().isAssistant()) {
      out.text(fields.text("assistant"));
      if (fields.is("trim_end")) {
        out.trimEnd();
      }
    }
    return out.build();
  }

  private void message(
      PlacedMessage message, int round, boolean last, TemplateInput input, PieceBuilder out) {
    switch (message.role()) {
      case "system" -> around("system", message.flattened(prefix(input)), "eosys", out);
      case "user" -> user(message, round, input, out);
      case "assistant" -> {
        out.text(fields.text("assistant")).add(message.flattened(prefix(input)));
        if (!last) { // the last one is continued
          out.text(fields.text("eoa")).text(fields.text("separator"));
        }
      }
      case "tool", "environment", "ipython" -> {
        if (fields.text("tool").isEmpty()) {
          throw new UnsupportedFeatureException(
              "messages",
              "the chat template "
                  + name
                  + " has no place for a message of the role "
                  + message.role());
        }
        around("tool", message.flattened(prefix(input)), "eotool", out);
      }
      default ->
          throw new InvalidRequestException(
              "messages",
              "the role '"
                  + message.role()
                  + "' is unknown to the chat template "
                  + name
                  + "; system, user, assistant and tool are known");
    }
  }

  private void user(PlacedMessage message, int round, TemplateInput input, PieceBuilder out) {
    String user = fields.text("user").replace("{round}", Integer.toString(round));
    if (fields.is("image_before_turn") && !message.explicit()) {
      out.add(prefix(input).of(message.images())).text(user);
      message.pieces().stream()
          .filter(PromptPiece.Text.class::isInstance)
          .forEach(piece -> out.add(List.of(piece)));
    } else {
      out.text(user).add(message.flattened(prefix(input)));
    }
    out.text(fields.text("eoh"));
  }

  private void around(String before, List<PromptPiece> content, String after, PieceBuilder out) {
    out.text(fields.text(before)).add(content).text(fields.text(after));
  }

  private void tools(TemplateInput input, PieceBuilder out) {
    if (fields.text("tools").isEmpty()) {
      throw new UnsupportedFeatureException(
          "tools",
          "the chat template "
              + name
              + " cannot show tools to the model; a checkpoint's own template may");
    }
    out.text(fields.text("tools"))
        .text(PythonJson.dumps(input.tools()))
        .text(fields.text("eotools"));
  }

  /** CodeLlama's form: the gap between two pieces of code is to be filled. */
  private List<PromptPiece> infilling(List<PlacedMessage> messages, PieceBuilder out) {
    PieceBuilder content = new PieceBuilder();
    messages.forEach(message -> content.add(message.pieces()));
    List<PromptPiece> pieces = content.build();
    if (pieces.size() != 1
        || !(pieces.getFirst() instanceof PromptPiece.Text code)
        || code.text().split(FILL, -1).length != 2) {
      throw new InvalidRequestException(
          "messages", "infilling needs a text with " + FILL + " in it, once");
    }
    String[] parts = code.text().split(FILL, -1);
    return out.text("<PRE> " + parts[0] + " <SUF>" + parts[1] + " <MID>").build();
  }

  private ImagePrefix prefix(TemplateInput input) {
    if (fields.optional("image").isEmpty()) {
      return ImagePrefix.ofFamily(input.imagePrefix());
    }
    String one = fields.text("image");
    return new ImagePrefix(
        one, fields.optional("images").orElse(one), fields.text("image_separator"));
  }
}
