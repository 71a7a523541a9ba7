package org.lmdeploy.api.chat;

import java.util.Objects;

/**
 * Text of a message. Where it holds {@value #IMAGE_TOKEN}, an image of the message is placed there.
 *
 * @param text the text, maybe empty
 */
public record TextPart(String text) implements ContentPart {
  /** LMDeploy's mark for the place of an image in a text. */
  public static final String IMAGE_TOKEN = "<IMAGE_TOKEN>";

  /** Checks that there is a text. */
  public TextPart {
    Objects.requireNonNull(text, "text");
  }
}
