package org.lmdeploy.model.internvl;

import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.error.InvalidRequestException;

/** How many tiles one image of a request may have at most, its thumbnail not counted. */
final class TileLimit {

  /** The most that a request may ask for: ten times what the checkpoints were trained with. */
  static final int MOST = 128;

  private TileLimit() {}

  /**
   * The request's own number, else that of its {@code detail} (low 6, medium 12, high 24), else the
   * checkpoint's.
   *
   * @throws InvalidRequestException if the request's number is not from 1 to {@value #MOST}
   */
  static int of(ImagePart part, int configured) {
    if (part.maxDynamicPatch().isEmpty()) {
      return switch (part.detail()) {
        case LOW -> 6;
        case MEDIUM -> 12;
        case HIGH -> 24;
        case AUTO -> configured;
      };
    }
    int wanted = part.maxDynamicPatch().getAsInt();
    if (wanted < 1 || wanted > MOST) {
      throw new InvalidRequestException(
          "max_dynamic_patch",
          "max_dynamic_patch is " + wanted + "; a number from 1 to " + MOST + " is needed");
    }
    return wanted;
  }
}
