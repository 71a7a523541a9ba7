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

  /**
   * The image on a canvas of one colour, all of it inside.
   *
   * @param x column of the canvas where the image begins
   * @param y row of the canvas where the image begins
   * @param colour three samples from 0 to 255, red first
   */
  public static RgbImage onCanvas(
      RgbImage image, int width, int height, int x, int y, int[] colour) {
    Objects.checkFromIndexSize(x, image.width(), width);
    Objects.checkFromIndexSize(y, image.height(), height);
    RgbImage canvas = blank(width, height);
    for (int i = 0; i < canvas.rgb().length; i++) {
      canvas.rgb()[i] = (byte) colour[i % CHANNELS];
    }
    for (int row = 0; row < image.height(); row++) {
      System.arraycopy(
          image.rgb(),
          offset(image, 0, row),
          canvas.rgb(),
          offset(canvas, x, y + row),
          image.width() * CHANNELS);
    }
    return canvas;
  }
}
