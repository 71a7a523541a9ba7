package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.ops.Activation;

/** Activation functions in doubles. */
final class Functions {
  private Functions() {}

  static double apply(Activation function, double x) {
    return switch (function) {
      case NONE -> x;
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> 0.5 * x * erfc(-x / Math.sqrt(2));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
      case RELU -> Math.max(x, 0);
    };
  }

  /**
   * The complementary error function to full precision: by the Maclaurin series of erf near zero
   * (Abramowitz and Stegun 7.1.6), by the continued fraction (7.1.14) elsewhere.
   */
  static double erfc(double x) {
    if (x < 0) {
      return 2 - erfc(-x);
    }
    return x < 2.5 ? 1 - erfSeries(x) : erfcFraction(x);
  }

  /** 2 / sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (1 3 5 ... (2n+1)). */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...)))). */
  private static double erfcFraction(double x) {
    double fraction = x;
    for (int n = 100; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
