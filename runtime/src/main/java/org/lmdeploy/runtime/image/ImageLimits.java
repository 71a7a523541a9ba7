package org.lmdeploy.runtime.image;

import org.lmdeploy.api.error.InvalidRequestException;

/**
 * The largest image that is decoded; checked against the file's header before memory is taken.
 *
 * @param maxPixels width times height
 * @param maxSide width or height; also bounds the filter tables of a later resize
 */
public record ImageLimits(long maxPixels, int maxSide) {

  /** 64 million pixels, which take 192 MB of RGB, and no side beyond what JPEG can express. */
  public static final ImageLimits DEFAULT = new ImageLimits(64_000_000, 65_535);

  public ImageLimits {
    if (maxPixels < 1 || maxSide < 1) {
      throw new IllegalArgumentException(
          "image limits must be positive, not " + maxPixels + " pixels, side " + maxSide);
    }
    // One Java array holds an image's three bytes a pixel.
    maxPixels = Math.min(maxPixels, (Integer.MAX_VALUE - 8) / 3);
  }

  /**
   * @throws InvalidRequestException if the size is nothing or too much
   */
  void check(ImageFormat format, long width, long height) {
    if (width < 1 || height < 1) {
      throw format.error("its header says " + width + " x " + height + " pixels");
    }
    if (width > maxSide || height > maxSide || width * height > maxPixels) {
      throw format.error(
          "it has "
              + width
              + " x "
              + height
              + " pixels; at most "
              + maxPixels
              + " pixels and "
              + maxSide
              + " on a side are allowed");
    }
  }
}
