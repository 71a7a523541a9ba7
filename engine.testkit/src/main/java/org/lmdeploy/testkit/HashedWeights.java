package org.lmdeploy.testkit;

import java.util.function.Predicate;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/**
 * Weights that follow from their names by {@link HashedValues}, so that no checkpoint needs to be
 * stored: norms are 1 + x / 4, biases x / 4, embedding tables x, linear layers x * sqrt(6.75 /
 * inFeatures), computed in double precision and rounded to the type.
 */
public final class HashedWeights implements WeightSource {
  private final DType type;
  private final Predicate<String> exists;

  /**
   * @param type of all tensors
   * @param exists whether there is a tensor of a name
   */
  public HashedWeights(DType type, Predicate<String> exists) {
    this.type = type;
    this.exists = exists;
  }

  @Override
  public HostTensor tensor(String name, long... shape) {
    float[] values = HashedValues.of(name, Math.toIntExact(Shape.of(shape).elements()));
    double scale = Math.sqrt(6.75 / shape[shape.length - 1]);
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      if (name.endsWith("norm.weight")) {
        value = 1 + 0.25 * value;
      } else if (name.endsWith(".bias")) {
        value = 0.25 * value;
      } else if (!name.contains("embed")) {
        value = value * scale;
      }
      values[i] = (float) value;
    }
    return HostTensors.of(type, values, shape);
  }

  @Override
  public boolean contains(String name) {
    return exists.test(name);
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return new DenseRows(tensor(prefix + ".weight", outFeatures, inFeatures));
  }
}
