package org.lmdeploy.model.image;

/**
 * What every output position of one axis takes from the input: output {@code i} is {@code Σ_t
 * weights[i * taps + t] · input[first[i] + t]} for {@code t < count[i]}, in fixed point with
 * {@value #PRECISION} fractional bits.
 *
 * <p>With {@code scale = inputSize / outputSize} and {@code stretch = max(scale, 1)}, the centre of
 * output {@code i} is {@code (i + 0.5) · scale}, and input {@code j} weighs {@code filter((j -
 * centre + 0.5) / stretch)}, all divided by their sum. Float operations are in the order that
 * decides the last bit, which decides the fixed-point weight.
 *
 * @param taps stride of {@code weights}; a multiple of 4 so that the vertical pass needs no
 *     remainder; the rest is zero
 * @param first first input position of every output
 * @param count number of inputs of every output, at least 1
 * @param weights signed, {@value #PRECISION} fractional bits
 */
record AxisWeights(int taps, int[] first, int[] count, int[] weights) {

  /** Fractional bits: 32 less 8 for the sample and 2 for sign and overshoot. */
  static final int PRECISION = 32 - 8 - 2;

  static AxisWeights of(int inputSize, int outputSize, Filter filter) {
    double scale = (double) inputSize / outputSize;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    double inverse = 1.0 / stretch;
    int taps = ((int) Math.ceil(support) * 2 + 1 + 3) & ~3;
    int[] first = new int[outputSize];
    int[] count = new int[outputSize];
    int[] weights = new int[Math.multiplyExact(outputSize, taps)];
    double[] row = new double[taps];
    for (int i = 0; i < outputSize; i++) {
      double centre = (i + 0.5) * scale;
      int from = Math.max((int) (centre - support + 0.5), 0);
      int to = Math.min((int) (centre + support + 0.5), inputSize);
      double sum = 0;
      for (int t = 0; t < to - from; t++) {
        row[t] = filter.weight((t + from - centre + 0.5) * inverse);
        sum += row[t];
      }
      for (int t = 0; t < to - from; t++) {
        weights[i * taps + t] = fixedPoint(sum == 0 ? row[t] : row[t] / sum);
      }
      first[i] = from;
      count[i] = to - from;
    }
    return new AxisWeights(taps, first, count, weights);
  }

  /** Rounds half away from zero. */
  private static int fixedPoint(double weight) {
    return (int) (weight * (1 << PRECISION) + (weight < 0 ? -0.5 : 0.5));
  }

  /** One past the last input position that output {@code i} reads. */
  int end(int i) {
    return first[i] + count[i];
  }
}
