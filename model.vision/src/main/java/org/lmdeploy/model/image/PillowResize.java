package org.lmdeploy.model.image;

import org.lmdeploy.api.image.RgbImage;

/**
 * Resizes 8-bit RGB images as Pillow's {@code Image.resize} does, bit for bit.
 *
 * <p>Checkpoints were trained on pixels that Pillow had resized, so its arithmetic is part of the
 * model: weights in fixed point with 22 fractional bits, first a horizontal pass, then a vertical
 * one, the result of each rounded to 8 bits and clamped. A pass whose axis keeps its size is
 * skipped, because there the filter is the identity. {@link Filter#NEAREST} has its own rule.
 *
 * <p>This is the arithmetic of every Pillow up to 12, with which most checkpoints were made. {@link
 * #resizeAsPillow13} has the other order of passes; both differ in a few samples by rounding and
 * clamping.
 *
 * @see <a href="https://pillow.readthedocs.io/en/stable/releasenotes/2.7.0.html">Pillow 2.7:
 *     convolution-based resampling</a>
 */
public final class PillowResize {

  /**
   * Rows of one parallel piece: enough to make the rows that two neighbours both compute a small
   * part.
   */
  private static final int BAND = 64;

  private PillowResize() {}

  /** Resizes in the calling thread; returns {@code image} itself when it has that size already. */
  public static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
    return resize(image, width, height, filter, Parallel.SEQUENTIAL);
  }

  /**
   * Resizes {@code [H, W, 3]} to {@code [height, width, 3]}, in bands of rows that are independent
   * of each other.
   *
   * @throws IllegalArgumentException if a side of the result is below 1 or the result has more than
   *     2^31 bytes
   */
  public static RgbImage resize(
      RgbImage image, int width, int height, Filter filter, Parallel parallel) {
    if (width < 1 || height < 1 || 3L * width * height > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("cannot resize to " + width + "x" + height);
    }
    if (image.width() == width && image.height() == height) {
      return image;
    }
    if (filter == Filter.NEAREST) {
      return NearestResize.resize(image, width, height);
    }
    RgbImage result = Pixels.blank(width, height);
    AxisWeights horizontal =
        width == image.width() ? null : AxisWeights.of(image.width(), width, filter);
    AxisWeights vertical =
        height == image.height() ? null : AxisWeights.of(image.height(), height, filter);
    int band = parallel == Parallel.SEQUENTIAL ? height : BAND;
    parallel.forEach(
        Math.ceilDiv(height, band),
        i ->
            new ResizeBand(image, result, horizontal, vertical)
                .run(i * band, Math.min(i * band + band, height)));
    return result;
  }

  /**
   * As {@link #resize}, but with the vertical pass first where the height shrinks by more than
   * twice what the width does: the order of Pillow 13.
   */
  public static RgbImage resizeAsPillow13(
      RgbImage image, int width, int height, Filter filter, Parallel parallel) {
    int narrower = Math.max(0, image.width() - width);
    boolean verticalFirst = filter != Filter.NEAREST && image.height() - height > 2L * narrower;
    RgbImage source =
        verticalFirst ? resize(image, image.width(), height, filter, parallel) : image;
    return resize(source, width, height, filter, parallel);
  }
}
