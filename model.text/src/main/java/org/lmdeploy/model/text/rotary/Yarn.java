package org.lmdeploy.model.text.rotary;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.RotarySpec.Pairing;

/**
 * YaRN (Peng et al., arXiv 2309.00071): pairs that turn often within the original context keep
 * their frequency, those that turn less than once are interpolated, those between are blended by a
 * ramp over the pairs' indices; attention gets a temperature by the attention factor.
 */
final class Yarn {
  private static final double BETA_FAST = 32;
  private static final double BETA_SLOW = 1;

  /** Keeps a ramp of no length from dividing by zero. */
  private static final double LEAST_RAMP = 0.001;

  private Yarn() {}

  static RotarySpec of(RotaryParameters parameters) {
    double factor = parameters.factorOrRatio();
    double[] frequencies = Frequencies.of(parameters.theta(), parameters.dim());
    double low = Math.max(pairTurning(parameters, "beta_fast", BETA_FAST), 0);
    double high = Math.min(pairTurning(parameters, "beta_slow", BETA_SLOW), parameters.dim() - 1);
    double length = high == low ? LEAST_RAMP : high - low;
    for (int i = 0; i < frequencies.length; i++) {
      double interpolated = Math.clamp((i - low) / length, 0, 1);
      frequencies[i] *= interpolated / factor + 1 - interpolated;
    }
    return new RotarySpec.Fixed(
        Pairing.HALVES, frequencies, (float) attentionFactor(parameters.rules(), factor));
  }

  /** The index of the pair that makes {@code beta} turns within the original context. */
  private static double pairTurning(RotaryParameters parameters, String key, double fallback) {
    ConfigTree rules = parameters.rules();
    double turns = rules.positiveNumber(key, fallback);
    double index =
        parameters.dim()
            * Math.log(parameters.originalMaxPositions() / (turns * 2 * Math.PI))
            / (2 * Math.log(parameters.theta()));
    if (!rules.flag("truncate", true)) {
      return index;
    }
    return key.equals("beta_fast") ? Math.floor(index) : Math.ceil(index);
  }

  private static double attentionFactor(ConfigTree rules, double factor) {
    if (rules.has("attention_factor")) {
      return rules.positiveNumber("attention_factor", 1);
    }
    double mscale = rules.number("mscale", 0);
    double mscaleAllDim = rules.number("mscale_all_dim", 0);
    return mscale != 0 && mscaleAllDim != 0
        ? temperature(factor, mscale) / temperature(factor, mscaleAllDim)
        : temperature(factor, 1);
  }

  private static double temperature(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }
}
