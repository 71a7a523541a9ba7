package org.lmdeploy.model.text.rotary;

/** The frequencies of rotary position embedding (Su et al., RoFormer), unscaled. */
final class Frequencies {
  private Frequencies() {}

  /** Radians per position of each pair: theta ^ (-2 i / dim) for i below dim / 2. */
  static double[] of(double theta, int dim) {
    double[] frequencies = new double[dim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / dim);
    }
    return frequencies;
  }
}
