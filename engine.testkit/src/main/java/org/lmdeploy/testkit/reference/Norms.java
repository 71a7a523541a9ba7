package org.lmdeploy.testkit.reference;

/** Normalizations of one row in doubles. */
final class Norms {
  private Norms() {}

  /** Columns [from, from + length) of a row by their root mean square, times the weight. */
  static void rms(
      ReferenceTensor x,
      ReferenceTensor to,
      int row,
      int from,
      ReferenceTensor weight,
      double epsilon) {
    int length = Math.toIntExact(weight.shape().elements());
    double squares = 0;
    for (int i = 0; i < length; i++) {
      squares += x.get(row, from + i) * x.get(row, from + i);
    }
    double scale = 1 / Math.sqrt(squares / length + epsilon);
    for (int i = 0; i < length; i++) {
      to.set(row, from + i, x.get(row, from + i) * scale * weight.get(i));
    }
  }

  /** A whole row by its mean and variance, times the weight, plus the bias. */
  static void layer(
      ReferenceTensor x,
      ReferenceTensor to,
      int row,
      ReferenceTensor weight,
      ReferenceTensor bias,
      double epsilon) {
    int length = x.columns();
    double mean = 0;
    for (int i = 0; i < length; i++) {
      mean += x.get(row, i) / length;
    }
    double variance = 0;
    for (int i = 0; i < length; i++) {
      variance += (x.get(row, i) - mean) * (x.get(row, i) - mean) / length;
    }
    for (int i = 0; i < length; i++) {
      double normed = (x.get(row, i) - mean) / Math.sqrt(variance + epsilon);
      to.set(row, i, normed * weight.get(i) + bias.get(i));
    }
  }
}
