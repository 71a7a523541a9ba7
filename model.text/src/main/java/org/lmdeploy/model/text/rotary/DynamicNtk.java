package org.lmdeploy.model.text.rotary;

import org.lmdeploy.api.ops.RotarySpec;

/**
 * Dynamic NTK-aware scaling (bloc97, emozilla): a sequence longer than the model was made for gets
 * a base that grows with its length, so that the lowest frequency is interpolated and the highest
 * stays.
 */
final class DynamicNtk implements RotarySpec {
  private final double theta;
  private final int dim;
  private final double factor;
  private final int maxPositions;
  private final double[] unscaled;

  private DynamicNtk(double theta, int dim, double factor, int maxPositions) {
    this.theta = theta;
    this.dim = dim;
    this.factor = factor;
    this.maxPositions = maxPositions;
    this.unscaled = Frequencies.of(theta, dim);
  }

  static DynamicNtk of(RotaryParameters parameters) {
    if (parameters.dim() == 2) {
      throw parameters.rules().wrong("rope_type", "dynamic", "it needs more than one rotated pair");
    }
    return new DynamicNtk(
        parameters.theta(), parameters.dim(), parameters.factor(), parameters.maxPositions());
  }

  @Override
  public int rotaryDim() {
    return dim;
  }

  @Override
  public Pairing pairing() {
    return Pairing.HALVES;
  }

  @Override
  public float attentionFactor(int sequenceLength) {
    return 1;
  }

  @Override
  public double[] inverseFrequencies(int sequenceLength) {
    if (sequenceLength <= maxPositions) {
      return unscaled;
    }
    double stretch = factor * sequenceLength / maxPositions - (factor - 1);
    return Frequencies.of(theta * Math.pow(stretch, dim / (dim - 2.0)), dim);
  }

  @Override
  public int switchLength() {
    return maxPositions;
  }
}
