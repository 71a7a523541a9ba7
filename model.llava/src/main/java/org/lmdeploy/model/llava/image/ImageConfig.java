package org.lmdeploy.model.llava.image;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.PreprocessorKeys;

/**
 * What the vision tower sees of an image.
 *
 * @param fit how an image becomes squares
 * @param size side of a square
 * @param shortest the shorter side before the middle is cut out; {@code size} where nothing is
 * @param filter {@code resample}
 * @param mean {@code image_mean}, red first
 * @param std {@code image_std}, red first
 * @param resolutions {@code image_grid_pinpoints}; empty unless tiles are laid
 * @param merge how embeddings of tiles follow each other
 * @param roundedUnpad whether the size without padding is rounded to seven digits before it is cut
 *     to a whole number, as transformers does and the original code does not
 */
public record ImageConfig(
    Fit fit,
    int size,
    int shortest,
    Filter filter,
    float[] mean,
    float[] std,
    List<Resolution> resolutions,
    Merge merge,
    boolean roundedUnpad) {
  private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] CLIP_STD = {0.26862954, 0.26130258, 0.27577711};
  private static final double RESCALE_FACTOR = 1 / 255.0;

  public ImageConfig {
    mean = mean.clone();
    std = std.clone();
    resolutions = List.copyOf(resolutions);
  }

  /**
   * Images of one square each.
   *
   * @param pixels {@code preprocessor_config.json}; what it leaves out is as in CLIP
   * @param size the side of images that the tower was made for
   * @param fit how an image becomes a square; empty to go by {@code size} and {@code crop_size}
   */
  public static ImageConfig square(ConfigTree pixels, int size, Optional<Fit> fit) {
    Fit chosen = fit.orElseGet(() -> fit(pixels));
    int shortest = edge(pixels, "size", size);
    if (chosen == Fit.CROP) {
      requireSize(pixels, "crop_size", edge(pixels, "crop_size", size), size);
      if (shortest < size) {
        throw pixels.wrong(
            "size", shortest, "at least crop_size, which is " + size + ", is needed");
      }
    } else {
      requireSize(pixels, "size", shortest, size);
    }
    return of(chosen, pixels, size, shortest, List.of(), Merge.FLAT, false);
  }

  /**
   * Images of tiles.
   *
   * @param resolutions at least one
   */
  public static ImageConfig tiles(
      ConfigTree pixels,
      int size,
      List<Resolution> resolutions,
      Merge merge,
      boolean roundedUnpad) {
    requireSize(pixels, "size", edge(pixels, "size", size), size);
    requireSize(pixels, "crop_size", edge(pixels, "crop_size", size), size);
    return of(Fit.ANY_RESOLUTION, pixels, size, size, resolutions, merge, roundedUnpad);
  }

  private static ImageConfig of(
      Fit fit,
      ConfigTree pixels,
      int size,
      int shortest,
      List<Resolution> resolutions,
      Merge merge,
      boolean roundedUnpad) {
    for (String step : List.of("do_resize", "do_rescale", "do_normalize")) {
      if (!pixels.flag(step, true)) {
        throw new UnsupportedFeatureException(
            pixels.path() + ": images without " + step + " are not supported; true is needed");
      }
    }
    double factor = pixels.positiveNumber("rescale_factor", RESCALE_FACTOR);
    if (Math.abs(factor - RESCALE_FACTOR) > 1e-9) {
      throw pixels.wrong("rescale_factor", factor, "1 / 255 is needed");
    }
    return new ImageConfig(
        fit,
        size,
        shortest,
        PreprocessorKeys.filter(pixels),
        PreprocessorKeys.mean(pixels, CLIP_MEAN),
        PreprocessorKeys.std(pixels, CLIP_STD),
        resolutions,
        merge,
        roundedUnpad);
  }

  /** A height and a width say that the aspect ratio does not count. */
  private static Fit fit(ConfigTree pixels) {
    boolean stretched =
        !(pixels.values().get("size") instanceof Number)
            && pixels.optionalChild("size").filter(size -> size.has("height")).isPresent();
    if (!stretched && !pixels.flag("do_center_crop", true)) {
      throw pixels.wrong(
          "do_center_crop", false, "true, or a size with height and width, is needed");
    }
    return stretched ? Fit.STRETCH : Fit.CROP;
  }

  /** A number, {@code shortest_edge}, or {@code height} and {@code width} that are equal. */
  private static int edge(ConfigTree pixels, String key, int fallback) {
    if (!pixels.has(key)) {
      return fallback;
    }
    if (pixels.values().get(key) instanceof Number) {
      return pixels.positiveInt(key);
    }
    ConfigTree edges = pixels.child(key);
    if (edges.has("shortest_edge")) {
      return edges.positiveInt("shortest_edge");
    }
    int height = edges.positiveInt("height");
    if (edges.positiveInt("width") != height) {
      throw pixels.wrong(key, edges.values(), "equal height and width are needed");
    }
    return height;
  }

  private static void requireSize(ConfigTree pixels, String key, int given, int size) {
    if (given != size) {
      throw pixels.wrong(
          key, given, "the image_size of the vision tower, which is " + size + ", is needed");
    }
  }

  /** Most tiles of an image, the whole image's included. */
  public int mostTiles() {
    return 1 + resolutions.stream().mapToInt(one -> one.tiles(size)).max().orElse(0);
  }

  /** Half a sentence for {@code why}. */
  public String describe() {
    return switch (fit) {
      case CROP -> "their middle, one square";
      case STRETCH -> "stretched to one square";
      case PAD -> "padded to one square";
      case ANY_RESOLUTION ->
          "up to %s tiles (%s resolutions, merged %s)"
              .formatted(mostTiles(), resolutions.size(), merge.name().toLowerCase(Locale.ROOT));
    };
  }
}
