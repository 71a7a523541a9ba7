package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;

/** A linear layer in doubles. */
final class ReferenceLinear implements LinearWeight {
  private final int out;
  private final int in;
  private final double[] weight;
  private final double[] bias;

  ReferenceLinear(LinearSpec spec) {
    out = Math.toIntExact(spec.outFeatures());
    in = Math.toIntExact(spec.inFeatures());
    weight = new double[Math.multiplyExact(out, in)];
    bias = new double[out];
    int at = 0;
    for (LinearRows part : spec.parts()) {
      if (!(part instanceof DenseRows dense)) {
        throw new UnsupportedFeatureException(
            "the reference device has no weights in the format " + part.format());
      }
      at = append(Doubles.of(dense.matrix()), weight, at);
    }
    at = 0;
    for (HostTensor part : spec.biases()) {
      at = append(Doubles.of(part), bias, at);
    }
  }

  private static int append(double[] values, double[] to, int at) {
    System.arraycopy(values, 0, to, at, values.length);
    return at + values.length;
  }

  /** A row of x times row {@code feature} of the weight, plus the bias. */
  double apply(double[] row, int feature) {
    double sum = bias[feature];
    for (int i = 0; i < in; i++) {
      sum += row[i] * weight[feature * in + i];
    }
    return sum;
  }

  @Override
  public long outFeatures() {
    return out;
  }

  @Override
  public long inFeatures() {
    return in;
  }
}
