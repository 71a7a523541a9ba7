package org.lmdeploy.template;

import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;

/**
 * A template of LMDeploy's kind: texts around each part of the conversation.
 *
 * @param name its name
 * @param fields the texts
 */
record FieldTemplate(String name, TemplateFields fields) implements ChatTemplate {
  private static final String FILL = "<FILL>";
  private static final String END_OF_GAP = "<EOT>";

  /** Those of the fields; an infilled gap ends as CodeLlama's does, if they name none. */
  @Override
  public List<String> stopWords() {
    boolean infilling = fields.capability() == Capability.INFILLING;
    return infilling && fields.stopWords().isEmpty() ? List.of(END_OF_GAP) : fields.stopWords();
  }

  @Override
  public List<PromptPiece> render(TemplateInput input) {
    List<PlacedMessage> messages = PlacedMessage.of(input.messages());
    PieceBuilder out = new PieceBuilder();
    return switch (fields.capability()) {
      case CHAT -> chat(messages, input, out);
      case COMPLETION, PYTHON -> {
        messages.forEach(message -> out.add(message.flattened(prefix(input))));
        yield out.build();
      }
      case INFILLING -> infilling(messages, out);
    };
  }

  private List<PromptPiece> chat(
      List<PlacedMessage> messages, TemplateInput input, PieceBuilder out) {
    out.text(fields.text("start"));
    ToolTexts tools = new ToolTexts(name, fields, input.tools());
    if (!messages.getFirst().role().equals("system")) {
      fields
          .optional("meta_instruction")
          .ifPresent(
              meta ->
                  out.text(fields.text("system"))
                      .text(fields.text("knowledge"))
                      .text(tools.inSystemPart())
                      .text(meta)
                      .text(fields.text("eosys")));
      out.text(tools.behindSystemPart());
    }
    int round = 0;
    for (int i = 0; i < messages.size(); i++) {
      PlacedMessage message = messages.get(i);
      round += message.role().equals("user") ? 1 : 0;
      if (i == 0 && message.role().equals("system")) {
        out.text(fields.text("system"))
            .text(tools.inSystemPart())
            .add(message.flattened(prefix(input)))
            .text(fields.text("eosys"))
            .text(tools.behindSystemPart());
      } else {
        message(message, round, i == messages.size() - 1, input, out);
      }
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
        out.text(fields.text("assistant"))
            .add(message.flattened(prefix(input)))
            .text(ToolTexts.calls(message.source(), fields, name));
        if (!last) { // the last one is continued
          out.text(ToolTexts.isCall(message) ? fields.eocall() : fields.text("eoa"))
              .text(fields.text("separator"));
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
    String user =
        fields.text("round").replace("{round}", Integer.toString(round)) + fields.text("user");
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

  /** The family knows best how its model was trained; without it the template's own form counts. */
  private ImagePrefix prefix(TemplateInput input) {
    if (!input.imagePrefix().isEmpty() || fields.optional("image").isEmpty()) {
      return ImagePrefix.ofFamily(input.imagePrefix());
    }
    String one = fields.text("image");
    return new ImagePrefix(
        one, fields.optional("images").orElse(one), fields.text("image_separator"));
  }
}
