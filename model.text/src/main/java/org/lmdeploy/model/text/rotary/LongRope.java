package org.lmdeploy.model.text.rotary;

import org.lmdeploy.api.ops.RotarySpec;

/**
 * LongRoPE (Ding et al., arXiv 2402.13753): each pair has its own factor, found by search; one set
 * for sequences within the original context and one for longer ones.
 */
final class LongRope implements RotarySpec {
  private final double[] shortFrequencies;
  private final double[] longFrequencies;
  private final int original;
  private final float attentionFactor;

  private LongRope(
      double[] shortFrequencies, double[] longFrequencies, int original, float attentionFactor) {
    this.shortFrequencies = shortFrequencies;
    this.longFrequencies = longFrequencies;
    this.original = original;
    this.attentionFactor = attentionFactor;
  }

  static LongRope of(RotaryParameters parameters) {
    return new LongRope(
        frequencies(parameters, "short_factor"),
        frequencies(parameters, "long_factor"),
        parameters.originalMaxPositions(),
        (float) attentionFactor(parameters));
  }

  @Override
  public int rotaryDim() {
    return shortFrequencies.length * 2;
  }

  @Override
  public Pairing pairing() {
    return Pairing.HALVES;
  }

  @Override
  public float attentionFactor(int sequenceLength) {
    return attentionFactor;
  }

  @Override
  public double[] inverseFrequencies(int sequenceLength) {
    return sequenceLength > original ? longFrequencies : shortFrequencies;
  }

  @Override
  public int switchLength() {
    return original;
  }

  private static double[] frequencies(RotaryParameters parameters, String key) {
    double[] factors = parameters.rules().numbers(key);
    double[] frequencies = Frequencies.of(parameters.theta(), parameters.dim());
    if (factors.length != frequencies.length) {
      throw parameters
          .rules()
          .wrong(key, "a list of " + factors.length, frequencies.length + " numbers are needed");
    }
    for (int i = 0; i < factors.length; i++) {
      if (factors[i] <= 0) {
        throw parameters.rules().wrong(key, factors[i], "numbers above 0 are needed");
      }
      frequencies[i] /= factors[i];
    }
    return frequencies;
  }

  private static double attentionFactor(RotaryParameters parameters) {
    if (parameters.rules().has("attention_factor")) {
      return parameters.rules().positiveNumber("attention_factor", 1);
    }
    double factor = parameters.factorOrRatio();
    return factor <= 1
        ? 1
        : Math.sqrt(1 + Math.log(factor) / Math.log(parameters.originalMaxPositions()));
  }
}
