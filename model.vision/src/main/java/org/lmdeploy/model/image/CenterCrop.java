package org.lmdeploy.model.image;

import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.image.RgbImage;

/**
 * What {@code CLIPImageProcessor} does: the shorter side is resized, the longer one keeps the
 * aspect ratio, rounded down; then the middle is cut out, where odd margins lose the later pixel.
 */
public final class CenterCrop {
  private CenterCrop() {}

  /**
   * @param shortest the shorter side after resizing
   * @param size side of the square that is cut out, at most {@code shortest}
   * @throws InvalidRequestException if the resized image would be too large, as that of a thin line
   */
  public static RgbImage apply(
      RgbImage image, int shortest, int size, Filter filter, Parallel parallel) {
    int shorter = Math.min(image.width(), image.height());
    long width = (long) shortest * image.width() / shorter;
    long height = (long) shortest * image.height() / shorter;
    if (width * height > Integer.MAX_VALUE / Pixels.CHANNELS - 8) {
      throw new InvalidRequestException(
          "image_url",
          "an image of %s x %s pixels is too thin: with its shorter side at %s it would have %s x %s"
              .formatted(image.width(), image.height(), shortest, width, height));
    }
    RgbImage resized = PillowResize.resize(image, (int) width, (int) height, filter, parallel);
    int x = (resized.width() - size) / 2;
    int y = (resized.height() - size) / 2;
    return Pixels.crop(resized, x, y, size, size);
  }
}
