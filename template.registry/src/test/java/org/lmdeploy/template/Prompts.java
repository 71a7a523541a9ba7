package org.lmdeploy.template;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;

/** Makes inputs and reads prompts in tests. */
final class Prompts {
  private Prompts() {}

  static TemplateInput input(List<ChatMessage> messages) {
    return input("<IMAGE_TOKEN>\n", messages);
  }

  /** The input of a family with this form of images before a text. */
  static TemplateInput input(String imagePrefix, List<ChatMessage> messages) {
    return new TemplateInput(messages, "<image>", imagePrefix, List.of(), Map.of());
  }

  static TemplateInput input(ChatMessage... messages) {
    return input(List.of(messages));
  }

  static ImagePart image() {
    return new ImagePart(new ImageSource.Url("data:,"));
  }

  /** The prompt with images as {@code [image 0]}. */
  static String text(List<PromptPiece> pieces) {
    return pieces.stream()
        .map(
            piece ->
                switch (piece) {
                  case PromptPiece.Text text -> text.text();
                  case PromptPiece.Image image -> "[image " + image.index() + "]";
                })
        .collect(Collectors.joining());
  }

  /** A model with a Jinja template. */
  static ModelFiles files(Path folder, Object chatTemplate) {
    return new ModelFiles(
        folder,
        ConfigTree.of("config.json", Map.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            ConfigTree.of(
                "tokenizer_config.json",
                Map.of(
                    "bos_token",
                    "<s>",
                    "eos_token",
                    Map.of("content", "</s>"),
                    "chat_template",
                    chatTemplate))));
  }

  /** A model without a template of its own. */
  static ModelFiles files(Path folder) {
    return new ModelFiles(
        folder,
        ConfigTree.of("config.json", Map.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
