package org.lmdeploy.model.text.rotary;

import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/**
 * What a configuration says about rotary position embedding, in whichever generation of keys:
 * {@code rope_parameters} with everything inside (transformers 5), {@code rope_scaling} beside
 * {@code rope_theta} (transformers 4), the kind of rule as {@code rope_type} or as {@code type}.
 *
 * @param rules the object that describes the scaling rule, without keys if there is none
 * @param type the rule's name
 * @param theta base of the frequencies
 * @param dim rotated elements of a head, even
 * @param maxPositions the longest sequence that the model is meant for
 * @param originalMaxPositions the longest sequence before the context was extended
 */
record RotaryParameters(
    ConfigTree rules,
    String type,
    double theta,
    int dim,
    int maxPositions,
    int originalMaxPositions) {
  private static final double DEFAULT_THETA = 10_000;
  private static final String ORIGINAL = "original_max_position_embeddings";

  static RotaryParameters of(ConfigTree config, int headDim, int maxPositions) {
    ConfigTree rules =
        config
            .optionalChild("rope_scaling")
            .or(() -> config.optionalChild("rope_parameters"))
            .orElseGet(() -> ConfigTree.of(config.path() + ": rope_scaling", Map.of()));
    if (rules.values().values().stream().anyMatch(Map.class::isInstance)) {
      throw new UnsupportedFeatureException(
          rules.path() + " has rules for each type of layer, which is not supported yet");
    }
    return new RotaryParameters(
        rules,
        rules.text("rope_type", rules.text("type", "default")),
        rules.positiveNumber("rope_theta", config.positiveNumber("rope_theta", DEFAULT_THETA)),
        rotatedElements(config, rules, headDim),
        maxPositions,
        // Phi-3 keeps it beside the rules, where it has priority
        config.positiveInt(ORIGINAL, rules.positiveInt(ORIGINAL, maxPositions)));
  }

  /** The rule's factor, which has to be at least 1: it stretches. */
  double factor() {
    double factor = rules.number("factor");
    if (factor < 1) {
      throw rules.wrong("factor", factor, "a number of at least 1 is needed");
    }
    return factor;
  }

  /** The rule's factor, or how much longer the model's context is than the original one. */
  double factorOrRatio() {
    return rules.has("factor") ? factor() : (double) maxPositions / originalMaxPositions;
  }

  private static int rotatedElements(ConfigTree config, ConfigTree rules, int headDim) {
    String key = "partial_rotary_factor";
    double share = rules.positiveNumber(key, config.positiveNumber(key, 1));
    int dim = (int) (headDim * share);
    if (dim < 2 || dim > headDim || dim % 2 != 0) {
      throw config.wrong(
          "head_dim", headDim, "rotating " + dim + " of its elements needs an even number of them");
    }
    return dim;
  }
}
