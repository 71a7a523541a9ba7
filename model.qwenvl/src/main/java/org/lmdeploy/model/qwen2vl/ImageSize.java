package org.lmdeploy.model.qwen2vl;

import org.lmdeploy.api.error.InvalidRequestException;

/**
 * The size to which an image is resized.
 *
 * @param width a multiple of the factor
 * @param height a multiple of the factor
 */
record ImageSize(int width, int height) {
  /** Images that are longer than so many times their width, or wider, are refused. */
  static final int MOST_RATIO = 200;

  /**
   * The published rule ({@code smart_resize}): sides are multiples of the factor, the area lies
   * between the limits, the ratio changes as little as that allows. Halves are rounded to even.
   *
   * @param factor side of a merged patch in pixels
   * @throws InvalidRequestException if one side is more than 200 times the other
   */
  static ImageSize of(int width, int height, int factor, PixelLimits limits) {
    if (Math.max(width, height) > (long) MOST_RATIO * Math.min(width, height)) {
      throw new InvalidRequestException(
          "messages",
          "an image has %s x %s pixels; one side may be at most %s times the other"
              .formatted(width, height, MOST_RATIO));
    }
    double area = (double) width * height;
    double newWidth = Math.rint((double) width / factor) * factor;
    double newHeight = Math.rint((double) height / factor) * factor;
    if (newWidth * newHeight > limits.most()) {
      double beta = Math.sqrt(area / limits.most());
      newWidth = Math.max(factor, Math.floor(width / beta / factor) * factor);
      newHeight = Math.max(factor, Math.floor(height / beta / factor) * factor);
    } else if (newWidth * newHeight < limits.least()) {
      double beta = Math.sqrt(limits.least() / area);
      newWidth = Math.ceil(width * beta / factor) * factor;
      newHeight = Math.ceil(height * beta / factor) * factor;
    }
    return new ImageSize((int) newWidth, (int) newHeight);
  }
}
