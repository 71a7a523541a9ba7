package org.lmdeploy.model.vision;

import java.util.Optional;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.WeightSource;

/**
 * The checkpoint's weights as a device prepares them.
 *
 * @param source weights by name
 * @param device what prepares them
 */
public record TowerWeights(WeightSource source, Device device) {
  public Tensor vector(String name, int length) {
    return device.weight(source.tensor(name, length));
  }

  /** A linear layer with or without bias, as the published code has it, whatever else is stored. */
  public LinearWeight linear(String prefix, int out, int in, boolean biased) {
    Optional<HostTensor> bias =
        biased ? Optional.of(source.tensor(prefix + ".bias", out)) : Optional.empty();
    return device.linear(LinearSpec.of(source.linear(prefix, out, in), bias));
  }

  public LinearWeight linear(String prefix, int out, int in) {
    return linear(prefix, out, in, true);
  }
}
