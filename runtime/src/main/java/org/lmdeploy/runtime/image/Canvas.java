package org.lmdeploy.runtime.image;

import org.lmdeploy.api.image.RgbImage;

/** A picture that a smaller frame is put on. */
record Canvas(RgbImage image) {

  /** A canvas of one colour, {@code 0xRRGGBB}. */
  static Canvas filled(int width, int height, int colour) {
    byte[] rgb = new byte[width * height * 3];
    if (colour != 0) {
      for (int i = 0; i < rgb.length; i += 3) {
        rgb[i] = (byte) (colour >> 16);
        rgb[i + 1] = (byte) (colour >> 8);
        rgb[i + 2] = (byte) colour;
      }
    }
    return new Canvas(new RgbImage(width, height, rgb));
  }

  /** Copies the frame, which lies inside the canvas. */
  Canvas paste(RgbImage frame, int left, int top) {
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(
          frame.rgb(),
          y * frame.width() * 3,
          image.rgb(),
          ((top + y) * image.width() + left) * 3,
          frame.width() * 3);
    }
    return this;
  }
}
