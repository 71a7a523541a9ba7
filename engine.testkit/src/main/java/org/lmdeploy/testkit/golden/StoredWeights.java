package org.lmdeploy.testkit.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/** The weights of a checkpoint as they are. */
public record StoredWeights(Checkpoint checkpoint) implements WeightSource {
  @Override
  public HostTensor tensor(String name, long... shape) {
    HostTensor tensor = checkpoint.tensor(name);
    assertArrayEquals(shape, tensor.shape().toArray(), name);
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
