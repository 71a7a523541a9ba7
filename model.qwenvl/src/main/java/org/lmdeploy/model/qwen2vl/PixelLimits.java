package org.lmdeploy.model.qwen2vl;

import java.util.Map;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * Between how many pixels an image is resized to.
 *
 * @param least {@code min_pixels}
 * @param most {@code max_pixels}, at least {@code least}
 */
record PixelLimits(int least, int most) {
  private static final int DEFAULT_LEAST = 56 * 56;
  private static final int DEFAULT_MOST = 28 * 28 * 1280;

  /** The greatest {@code max_pixels} that is believed: four times the published one. */
  private static final int GREATEST = 1 << 26;

  /** Pixels of a token, and tokens of an image of low and medium detail. */
  private static final int TOKEN = 28 * 28;

  private static final int LOW = 256;
  private static final int MEDIUM = 1280;

  /**
   * Reads {@code preprocessor_config.json}: {@code min_pixels} and {@code max_pixels}, else {@code
   * size} with {@code shortest_edge} and {@code longest_edge}, which are areas too.
   */
  static PixelLimits of(ConfigTree pixels) {
    ConfigTree size =
        pixels
            .optionalChild("size")
            .orElseGet(() -> ConfigTree.of(pixels.path() + ": size", Map.of()));
    int least = pixels(pixels, "min_pixels", size, "shortest_edge", DEFAULT_LEAST);
    int most = pixels(pixels, "max_pixels", size, "longest_edge", DEFAULT_MOST);
    if (most < least || most > GREATEST) {
      throw pixels.wrong(
          "max_pixels",
          most,
          "a number from min_pixels " + least + " to " + GREATEST + " is needed");
    }
    return new PixelLimits(least, most);
  }

  private static int pixels(
      ConfigTree pixels, String key, ConfigTree size, String edge, int fallback) {
    int inSize = size.positiveInt(key, fallback);
    return pixels.positiveInt(key, size.positiveInt(edge, inSize));
  }

  /**
   * The limits for an image of a request: {@code detail} low means at most 256 tokens, medium 1280,
   * never more than the checkpoint's own limit.
   *
   * @throws InvalidRequestException if the image asks for tiles
   */
  PixelLimits of(ImagePart part) {
    if (part.maxDynamicPatch().isPresent()) {
      throw new InvalidRequestException(
          "max_dynamic_patch",
          "this model does not cut images into tiles; detail (low, medium, high) limits their"
              + " size");
    }
    return switch (part.detail()) {
      case LOW -> atMost(LOW * TOKEN);
      case MEDIUM -> atMost(MEDIUM * TOKEN);
      case AUTO, HIGH -> this;
    };
  }

  private PixelLimits atMost(int pixels) {
    return new PixelLimits(Math.min(least, pixels), Math.min(most, pixels));
  }

  /**
   * No image is resized to more pixels: long ones may pass {@code most} since no side is shorter
   * than the factor, small ones pass {@code least} by rounding up.
   */
  long largest(int factor) {
    double longest = Math.sqrt((double) most * ImageSize.MOST_RATIO);
    double stretched =
        least
            + factor
                * (Math.sqrt((double) least * ImageSize.MOST_RATIO) + Math.sqrt(least) + factor);
    return (long) Math.max(most, Math.max(factor * longest, stretched));
  }
}
