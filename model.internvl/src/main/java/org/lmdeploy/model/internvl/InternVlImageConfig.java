package org.lmdeploy.model.internvl;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.PreprocessorKeys;

/**
 * The entries of {@code config.json} and {@code preprocessor_config.json} that decide what the
 * vision tower sees.
 *
 * @param tileSize {@code force_image_size}, else {@code vision_config.image_size}
 * @param fit {@code dynamic_image_size}, {@code do_center_crop}: how an image becomes squares
 * @param minDynamicPatch {@code min_dynamic_patch}
 * @param maxDynamicPatch {@code max_dynamic_patch}
 * @param useThumbnail {@code use_thumbnail}
 * @param filter {@code resample}
 * @param mean {@code image_mean}, red first
 * @param std {@code image_std}, red first
 */
public record InternVlImageConfig(
    int tileSize,
    Fit fit,
    int minDynamicPatch,
    int maxDynamicPatch,
    boolean useThumbnail,
    Filter filter,
    float[] mean,
    float[] std) {

  /** How an image becomes squares. */
  public enum Fit {
    /** Tiles of the closest aspect ratio: InternVL 1.5 and later. */
    TILES,
    /** One square, whatever the aspect ratio: the model cards' examples of InternVL 1.1 and 1.2. */
    STRETCH,
    /**
     * Shorter side resized to one square's, then the middle cut out: what {@code
     * CLIPImageProcessor} does.
     */
    CENTER_CROP
  }

  private static final double[] IMAGENET_MEAN = {0.485, 0.456, 0.406};
  private static final double[] IMAGENET_STD = {0.229, 0.224, 0.225};

  public InternVlImageConfig {
    Objects.requireNonNull(fit, "fit");
    Objects.requireNonNull(filter, "filter");
    mean = mean.clone();
    std = std.clone();
  }

  /**
   * Reads a checkpoint's configuration.
   *
   * @param config {@code config.json}
   * @param preprocessor {@code preprocessor_config.json}; with tiles it counts only where the
   *     statistics are concerned
   */
  public static InternVlImageConfig of(ConfigTree config, Optional<ConfigTree> preprocessor) {
    boolean dynamic = config.flag("dynamic_image_size", false);
    int min = config.positiveInt("min_dynamic_patch", 1);
    int max = config.positiveInt("max_dynamic_patch", 6);
    if (dynamic && max < min) {
      throw config.wrong(
          "max_dynamic_patch", max, "at least min_dynamic_patch, which is " + min + ", is needed");
    }
    ConfigTree pixels = preprocessor.orElse(ConfigTree.of("preprocessor_config.json", Map.of()));
    int visionSize = config.child("vision_config").positiveInt("image_size", 224);
    return new InternVlImageConfig(
        config.positiveInt("force_image_size", visionSize),
        fit(dynamic, pixels),
        min,
        max,
        config.flag("use_thumbnail", false),
        PreprocessorKeys.filter(pixels),
        PreprocessorKeys.mean(pixels, IMAGENET_MEAN),
        PreprocessorKeys.std(pixels, IMAGENET_STD));
  }

  private static Fit fit(boolean dynamic, ConfigTree pixels) {
    if (dynamic) {
      return Fit.TILES;
    }
    return pixels.flag("do_center_crop", false) ? Fit.CENTER_CROP : Fit.STRETCH;
  }
}
