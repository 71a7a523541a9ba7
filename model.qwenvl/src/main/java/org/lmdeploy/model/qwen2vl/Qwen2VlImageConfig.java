package org.lmdeploy.model.qwen2vl;

import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.PixelNormalizer;
import org.lmdeploy.model.image.Pixels;
import org.lmdeploy.model.qwen2vl.vision.TowerConfig;

/**
 * What {@code preprocessor_config.json} says about images.
 *
 * @param limits between how many pixels
 * @param patches how the patches lie
 * @param filter {@code resample}
 * @param normalizer of {@code image_mean} and {@code image_std}
 */
record Qwen2VlImageConfig(
    PixelLimits limits, PatchLayout patches, Filter filter, PixelNormalizer normalizer) {
  private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] CLIP_STD = {0.26862954, 0.26130258, 0.27577711};

  /**
   * @param preprocessor the file; what it leaves out is as in the published class
   * @throws org.lmdeploy.api.error.InvalidModelException if it is wrong or does not fit the tower
   */
  static Qwen2VlImageConfig of(Optional<ConfigTree> preprocessor, TowerConfig tower) {
    ConfigTree pixels =
        preprocessor.orElseGet(() -> ConfigTree.of("preprocessor_config.json", Map.of()));
    same(pixels, "patch_size", 14, tower.patchSize());
    same(pixels, "temporal_patch_size", 2, tower.temporalPatchSize());
    same(pixels, "merge_size", 2, tower.mergeSize());
    for (String step : new String[] {"do_resize", "do_rescale", "do_normalize"}) {
      if (!pixels.flag(step, true)) {
        throw new UnsupportedFeatureException(
            pixels.path() + ": " + step + " false is not supported");
      }
    }
    if (Math.abs(pixels.number("rescale_factor", 1 / 255.0) * 255 - 1) > 1e-6) {
      throw pixels.wrong("rescale_factor", pixels.number("rescale_factor"), "1/255 is needed");
    }
    int code = pixels.integer("resample", Filter.BICUBIC.code());
    return new Qwen2VlImageConfig(
        PixelLimits.of(pixels),
        new PatchLayout(tower.patchSize(), tower.temporalPatchSize(), tower.mergeSize()),
        Filter.ofCode(code)
            .orElseThrow(() -> pixels.wrong("resample", code, "a number from 0 to 5 is needed")),
        new PixelNormalizer(
            channels(pixels, "image_mean", CLIP_MEAN), channels(pixels, "image_std", CLIP_STD)));
  }

  private static void same(ConfigTree pixels, String key, int fallback, int tower) {
    int value = pixels.positiveInt(key, fallback);
    if (value != tower) {
      throw pixels.wrong(key, value, "the vision_config of config.json says " + tower);
    }
  }

  private static float[] channels(ConfigTree pixels, String key, double[] fallback) {
    double[] numbers = pixels.has(key) ? pixels.numbers(key) : fallback;
    if (numbers.length != Pixels.CHANNELS) {
      throw pixels.wrong(key, pixels.list(key), "three numbers are needed");
    }
    float[] channels = new float[Pixels.CHANNELS];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = (float) numbers[c];
      if (key.equals("image_std") && !(channels[c] > 0)) {
        throw pixels.wrong(key, pixels.list(key), "numbers above 0 are needed");
      }
    }
    return channels;
  }

  /** The most patches that an image can have. */
  int mostPatches() {
    return Math.toIntExact(limits.largest(patches.factor()) / patches.pixels());
  }
}
