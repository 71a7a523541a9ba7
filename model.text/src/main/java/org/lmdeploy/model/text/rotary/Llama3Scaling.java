package org.lmdeploy.model.text.rotary;

/**
 * The scaling of Llama 3.1: long waves are interpolated, short ones stay, those between are
 * blended.
 *
 * @param factor how much long waves are stretched
 * @param lowFactor waves longer than {@code original / lowFactor} are long
 * @param highFactor waves shorter than {@code original / highFactor} are short
 * @param original the original context length
 */
record Llama3Scaling(double factor, double lowFactor, double highFactor, int original) {
  static Llama3Scaling of(RotaryParameters parameters) {
    double low = parameters.rules().number("low_freq_factor");
    double high = parameters.rules().number("high_freq_factor");
    if (low <= 0 || high <= low) {
      throw parameters
          .rules()
          .wrong(
              "high_freq_factor", high, "more than low_freq_factor " + low + " above 0 is needed");
    }
    return new Llama3Scaling(parameters.factor(), low, high, parameters.originalMaxPositions());
  }

  double[] scale(double[] frequencies) {
    double[] scaled = new double[frequencies.length];
    for (int i = 0; i < scaled.length; i++) {
      // how many turns the pair makes within the original context, seen between the two limits
      double turns = original * frequencies[i] / (2 * Math.PI);
      double share = Math.clamp((turns - lowFactor) / (highFactor - lowFactor), 0, 1);
      scaled[i] = (1 - share) * frequencies[i] / factor + share * frequencies[i];
    }
    return scaled;
  }
}
