package org.lmdeploy.model.image;

import java.util.Objects;
import org.lmdeploy.api.image.RgbImage;

/** Addressing and cutting of interleaved 8-bit RGB. */
public final class Pixels {

  /** Bytes of one pixel. */
  public static final int CHANNELS = 3;

  private Pixels() {}

  /** A black image of that size. */
  static RgbImage blank(int width, int height) {
    return new RgbImage(
        width, height, new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)]);
  }

  /** Index of the red byte of a pixel. */
  static int offset(RgbImage image, int x, int y) {
    return (y * image.width() + x) * CHANNELS;
  }

  /**
   * A copy of the rectangle whose upper left pixel is {@code (x, y)}; it must lie inside the image.
   */
  public static RgbImage crop(RgbImage image, int x, int y, int width, int height) {
    Objects.checkFromIndexSize(x, width, image.width());
    Objects.checkFromIndexSize(y, height, image.height());
    RgbImage crop = blank(width, height);
    for (int row = 0; row < height; row++) {
      System.arraycopy(
          image.rgb(),
          offset(image, x, y + row),
          crop.rgb(),
          offset(crop, 0, row),
          width * CHANNELS);
    }
    return crop;
  }
}
