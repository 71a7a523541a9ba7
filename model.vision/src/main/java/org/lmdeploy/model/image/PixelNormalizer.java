package org.lmdeploy.model.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.lmdeploy.api.image.RgbImage;

/**
 * Turns 8-bit samples into the float planes of a vision model: {@code (sample / 255 - mean[c]) /
 * std[c]} in float32.
 *
 * <p>A sample has 256 values, so that the formula is evaluated 768 times once, exactly as numpy and
 * torchvision evaluate it, and looked up from then on. Immutable and thread-safe.
 */
public final class PixelNormalizer {

  private final float[][] table = new float[Pixels.CHANNELS][256];

  /**
   * @param mean three channel means, red first
   * @param std three channel deviations, none of them zero
   */
  public PixelNormalizer(float[] mean, float[] std) {
    if (mean.length != Pixels.CHANNELS || std.length != Pixels.CHANNELS) {
      throw new IllegalArgumentException(
          "image_mean and image_std need 3 values each, not " + mean.length + " and " + std.length);
    }
    for (int c = 0; c < Pixels.CHANNELS; c++) {
      if (!(std[c] > 0)) {
        throw new IllegalArgumentException("image_std must be positive, not " + std[c]);
      }
      for (int sample = 0; sample < 256; sample++) {
        table[c][sample] = (sample / 255f - mean[c]) / std[c];
      }
    }
  }

  /**
   * Writes the rectangle at {@code (x, y)} as three float planes {@code [3, height, width]}.
   *
   * @param to float32 in the order of this machine
   * @param index first float to write, counted in floats
   */
  public void write(
      RgbImage image, int x, int y, int width, int height, MemorySegment to, long index) {
    long plane = (long) width * height;
    // A row is looked up on the heap and copied at once, so that the loop does not depend on the
    // kind of segment.
    float[] values = new float[width];
    for (int row = 0; row < height; row++) {
      int from = Pixels.offset(image, x, y + row);
      for (int c = 0; c < Pixels.CHANNELS; c++) {
        lookUp(image.rgb(), from + c, table[c], values);
        long offset = (index + c * plane + (long) row * width) * Float.BYTES;
        MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT, offset, width);
      }
    }
  }

  private static void lookUp(byte[] samples, int at, float[] table, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = table[samples[at + Pixels.CHANNELS * i] & 0xff];
    }
  }
}
