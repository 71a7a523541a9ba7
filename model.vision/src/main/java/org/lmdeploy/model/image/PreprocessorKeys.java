package org.lmdeploy.model.image;

import org.lmdeploy.api.config.ConfigTree;

/** Keys that every {@code preprocessor_config.json} of an image processor has, checked. */
public final class PreprocessorKeys {
  private PreprocessorKeys() {}

  /** {@code resample}: bicubic if the key is absent. */
  public static Filter filter(ConfigTree config) {
    int code = config.integer("resample", Filter.BICUBIC.code());
    return Filter.ofCode(code)
        .orElseThrow(() -> config.wrong("resample", code, "a number from 0 to 5 is needed"));
  }

  /** {@code image_mean}, red first. */
  public static float[] mean(ConfigTree config, double[] fallback) {
    return channels(config, "image_mean", fallback);
  }

  /** {@code image_std}, red first, all above 0. */
  public static float[] std(ConfigTree config, double[] fallback) {
    float[] std = channels(config, "image_std", fallback);
    for (float value : std) {
      if (!(value > 0)) {
        throw config.wrong("image_std", config.list("image_std"), "numbers above 0 are needed");
      }
    }
    return std;
  }

  private static float[] channels(ConfigTree config, String key, double[] fallback) {
    double[] numbers = config.has(key) ? config.numbers(key) : fallback;
    if (numbers.length != Pixels.CHANNELS) {
      throw config.wrong(key, config.list(key), "three numbers are needed");
    }
    float[] channels = new float[Pixels.CHANNELS];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = (float) numbers[c];
    }
    return channels;
  }
}
