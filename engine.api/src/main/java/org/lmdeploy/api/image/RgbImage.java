package org.lmdeploy.api.image;

/**
 * A decoded image: 8-bit red, green, blue, interleaved, rows from the top.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb exactly {@code width * height * 3} bytes; not copied, not to be changed
 */
public record RgbImage(int width, int height, byte[] rgb) {
  /**
   * @throws IllegalArgumentException if the sizes and the bytes do not agree
   */
  public RgbImage {
    if (width < 1 || height < 1 || (long) width * height * 3 != rgb.length) {
      throw new IllegalArgumentException(
          "an image of " + width + " x " + height + " pixels cannot have " + rgb.length + " bytes");
    }
  }
}
