package org.lmdeploy.model.internvl.vision;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.WeightSource;

/**
 * The checkpoint's weights as a device prepares them.
 *
 * @param source weights by name
 * @param device what prepares them
 */
record TowerWeights(WeightSource source, Device device) {
  Tensor vector(String name, int length) {
    return device.weight(source.tensor(name, length));
  }

  LinearWeight linear(String prefix, int out, int in) {
    return device.linear(
        LinearSpec.of(source.linear(prefix, out, in), source.bias(prefix, out)));
  }
}
