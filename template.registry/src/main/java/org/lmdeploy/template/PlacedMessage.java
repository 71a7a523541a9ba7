package org.lmdeploy.template;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.PromptPiece;

/**
 * A message whose images are numbered over the whole conversation.
 *
 * @param source the message
 * @param pieces texts and images in order
 * @param explicit whether the user placed the images in the text, with {@link TextPart#IMAGE_TOKEN}
 */
record PlacedMessage(ChatMessage source, List<PromptPiece> pieces, boolean explicit) {
  static List<PlacedMessage> of(List<ChatMessage> messages) {
    List<PlacedMessage> placed = new ArrayList<>();
    int next = 0;
    for (ChatMessage message : messages) {
      int images = message.images().size();
      placed.add(
          message.text().contains(TextPart.IMAGE_TOKEN)
              ? explicit(message, next, images)
              : inOrder(message, next));
      next += images;
    }
    return placed;
  }

  String role() {
    return source.role();
  }

  boolean isAssistant() {
    return role().equals("assistant");
  }

  /** The numbers of the images of this message. */
  List<Integer> images() {
    return pieces.stream()
        .filter(PromptPiece.Image.class::isInstance)
        .map(piece -> ((PromptPiece.Image) piece).index())
        .toList();
  }

  private static PlacedMessage inOrder(ChatMessage message, int firstImage) {
    List<PromptPiece> pieces = new ArrayList<>();
    int next = firstImage;
    for (ContentPart part : message.parts()) {
      pieces.add(
          switch (part) {
            case TextPart text -> new PromptPiece.Text(text.text());
            case ImagePart ignored -> new PromptPiece.Image(next++);
          });
    }
    return new PlacedMessage(message, pieces, false);
  }

  private static PlacedMessage explicit(ChatMessage message, int firstImage, int images) {
    List<PromptPiece> pieces = new ArrayList<>();
    String[] texts = message.text().split(java.util.regex.Pattern.quote(TextPart.IMAGE_TOKEN), -1);
    int places = texts.length - 1;
    if (places != images) {
      throw new InvalidRequestException(
          "messages",
          "a message has "
              + places
              + " places "
              + TextPart.IMAGE_TOKEN
              + " for "
              + images
              + " images; the numbers have to be equal, or no place be given");
    }
    for (int i = 0; i < texts.length; i++) {
      if (i > 0) {
        pieces.add(new PromptPiece.Image(firstImage + i - 1));
      }
      if (!texts[i].isEmpty()) {
        pieces.add(new PromptPiece.Text(texts[i]));
      }
    }
    return new PlacedMessage(message, pieces, true);
  }

  /**
   * The images in front, in the given form, and then the texts; explicit places stay where they
   * are.
   */
  List<PromptPiece> flattened(ImagePrefix prefix) {
    if (explicit || images().isEmpty()) {
      return pieces;
    }
    List<PromptPiece> flat = new ArrayList<>(prefix.of(images()));
    pieces.stream().filter(PromptPiece.Text.class::isInstance).forEach(flat::add);
    return flat;
  }
}
