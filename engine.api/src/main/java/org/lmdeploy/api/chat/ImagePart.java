package org.lmdeploy.api.chat;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * An image of a message.
 *
 * @param source where the pixels come from
 * @param detail how finely a family that tiles images may cut this one
 * @param maxDynamicPatch the most tiles, which outranks {@code detail}; empty for the family's own
 */
public record ImagePart(ImageSource source, Detail detail, OptionalInt maxDynamicPatch)
    implements ContentPart {
  /** OpenAI's {@code detail} levels; {@link #AUTO} leaves the choice to the checkpoint. */
  public enum Detail {
    AUTO,
    LOW,
    MEDIUM,
    HIGH
  }

  /** Checks that nothing is null. */
  public ImagePart {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(maxDynamicPatch, "maxDynamicPatch");
  }

  /** An image with the checkpoint's own tiling. */
  public ImagePart(ImageSource source) {
    this(source, Detail.AUTO, OptionalInt.empty());
  }
}
