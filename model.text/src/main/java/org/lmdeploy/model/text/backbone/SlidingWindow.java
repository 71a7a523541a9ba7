package org.lmdeploy.model.text.backbone;

import java.util.Collections;
import java.util.List;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/** How a configuration says how many of the last positions attention sees. */
@FunctionalInterface
interface SlidingWindow {
  /** All positions are seen, whatever the configuration says. */
  SlidingWindow NONE = (_, _) -> 0;

  /**
   * Qwen's keys: layers from {@code max_window_layers} on, or those that {@code layer_types} names,
   * have a window if {@code use_sliding_window} says so. A window of some layers only is refused.
   */
  SlidingWindow OF_UPPER_LAYERS = SlidingWindow::ofUpperLayers;

  /**
   * Positions that are seen, the token's own included; 0 for all.
   *
   * @param layers number of layers
   */
  int of(ConfigTree config, int layers);

  /**
   * Window of all layers in {@code sliding_window}, which null turns off.
   *
   * @param fallback what a missing key means, 0 for no window
   */
  static SlidingWindow ofAllLayers(int fallback) {
    return (config, _) -> size(config, fallback);
  }

  private static int size(ConfigTree config, int fallback) {
    return config.positiveInt(
        "sliding_window", config.keys().contains("sliding_window") ? 0 : fallback);
  }

  private static int ofUpperLayers(ConfigTree config, int layers) {
    int window = config.flag("use_sliding_window", false) ? size(config, 4096) : 0;
    int windowed = windowedLayers(config, layers, window);
    if (windowed == 0) {
      return 0;
    }
    if (window == 0) {
      throw config.wrong(
          "layer_types",
          "sliding_attention",
          "use_sliding_window true and a sliding_window are needed with it");
    }
    if (windowed < layers) {
      throw new UnsupportedFeatureException(
          config.path()
              + ": a sliding window in "
              + windowed
              + " of "
              + layers
              + " layers is not supported; all or none can have one (use_sliding_window,"
              + " max_window_layers, layer_types)");
    }
    return window;
  }

  private static int windowedLayers(ConfigTree config, int layers, int window) {
    List<String> types = config.texts("layer_types");
    if (types.isEmpty()) {
      int full = config.nonNegativeInt("max_window_layers", 28);
      return window == 0 ? 0 : Math.max(0, layers - full);
    }
    if (types.size() != layers) {
      throw config.wrong(
          "layer_types", "a list of " + types.size(), "one for each of " + layers + " layers");
    }
    int windowed = Collections.frequency(types, "sliding_attention");
    if (windowed + Collections.frequency(types, "full_attention") != layers) {
      throw new UnsupportedFeatureException(
          config.path()
              + ": layer_types "
              + types.stream().distinct().toList()
              + " are not supported; known are full_attention, sliding_attention");
    }
    return windowed;
  }
}
