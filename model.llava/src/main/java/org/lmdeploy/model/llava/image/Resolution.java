package org.lmdeploy.model.llava.image;

import java.util.List;

/**
 * A size in pixels that tiles are laid over, one of {@code image_grid_pinpoints}.
 *
 * @param width a multiple of the tiles' side
 * @param height a multiple of the tiles' side
 */
public record Resolution(int width, int height) {

  /** How many tiles there are, the whole image's not counted. */
  public int tiles(int side) {
    return (width / side) * (height / side);
  }

  /**
   * The resolution that keeps most of an image's pixels; of equals the one that wastes the least
   * area; of equals again the first ({@code select_best_resolution} of the published code).
   *
   * @param resolutions at least one
   */
  static Resolution best(List<Resolution> resolutions, int width, int height) {
    Resolution best = resolutions.getFirst();
    long mostKept = 0;
    long leastWasted = Long.MAX_VALUE;
    for (Resolution one : resolutions) {
      double scale = Math.min((double) one.width / width, (double) one.height / height);
      long scaled = (long) (width * scale) * (long) (height * scale);
      long kept = Math.min(scaled, (long) width * height);
      long wasted = (long) one.width * one.height - kept;
      if (kept > mostKept || kept == mostKept && wasted < leastWasted) {
        mostKept = kept;
        leastWasted = wasted;
        best = one;
      }
    }
    return best;
  }

  /**
   * The largest size of an image's aspect ratio inside this one; the side that is not filled is
   * rounded up.
   */
  Resolution inside(int imageWidth, int imageHeight) {
    double scaleX = (double) width / imageWidth;
    double scaleY = (double) height / imageHeight;
    return scaleX < scaleY
        ? new Resolution(width, Math.min((int) Math.ceil(imageHeight * scaleX), height))
        : new Resolution(Math.min((int) Math.ceil(imageWidth * scaleY), width), height);
  }
}
