package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.PromptPiece;

/** Messages as a prompt without a template, as LMDeploy's template without any text does it. */
final class Untemplated {
  private static final Pattern PLACE = Pattern.compile(Pattern.quote(TextPart.IMAGE_TOKEN));

  private Untemplated() {}

  /**
   * @param prefix what stands in front of a text for an image, with {@link TextPart#IMAGE_TOKEN}
   *     for the image and {i} for its number in the message
   */
  static List<PromptPiece> pieces(List<ChatMessage> messages, String prefix) {
    List<PromptPiece> pieces = new ArrayList<>();
    int next = 0;
    for (ChatMessage message : messages) {
      int images = message.images().size();
      String text = message.text();
      if (!text.contains(TextPart.IMAGE_TOKEN)) {
        text = prefixes(prefix, images) + text;
      }
      String[] texts = PLACE.split(text, -1);
      if (texts.length - 1 != images) {
        throw new InvalidRequestException(
            "messages",
            "a message has "
                + (texts.length - 1)
                + " places "
                + TextPart.IMAGE_TOKEN
                + " for "
                + images
                + " images; the numbers have to be equal, or no place be given");
      }
      pieces.add(new PromptPiece.Text(texts[0]));
      for (int i = 1; i < texts.length; i++) {
        pieces.add(new PromptPiece.Image(next++));
        pieces.add(new PromptPiece.Text(texts[i]));
      }
    }
    return pieces;
  }

  private static String prefixes(String prefix, int images) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < images; i++) {
      text.append(prefix.replace("{i}", Integer.toString(i)));
    }
    return text.toString();
  }
}
