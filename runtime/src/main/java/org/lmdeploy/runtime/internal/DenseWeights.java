package org.lmdeploy.runtime.internal;

import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/** Weights where they lie in the mapped checkpoint. */
record DenseWeights(Checkpoint checkpoint) implements WeightSource {
  @Override
  public HostTensor tensor(String name, long... shape) {
    HostTensor tensor = checkpoint.tensor(name);
    Shape wanted = Shape.of(shape);
    if (!tensor.shape().equals(wanted)) {
      throw new InvalidModelException(
          "tensor "
              + name
              + " has the shape "
              + tensor.shape()
              + "; config.json asks for "
              + wanted);
    }
    if (!tensor.dtype().isFloat()) {
      throw new InvalidModelException(
          "tensor " + name + " is " + tensor.dtype() + "; F32, F16 or BF16 is needed");
    }
    return tensor;
  }

  @Override
  public boolean contains(String name) {
    return checkpoint.names().contains(name);
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return new DenseRows(tensor(prefix + ".weight", outFeatures, inFeatures));
  }
}
