package org.lmdeploy.model.vision;

import java.util.Optional;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;

/**
 * A norm over the columns: layer norm, or RMS norm where there is no bias.
 *
 * @param weight factor of each column
 * @param bias what is added to each column; empty for RMS norm
 * @param epsilon added to the mean of squares
 */
public record Norm(Tensor weight, Optional<Tensor> bias, float epsilon) {
  public static Norm load(
      String name, int columns, boolean rms, float epsilon, TowerWeights weights) {
    return new Norm(
        weights.vector(name + ".weight", columns),
        rms ? Optional.empty() : Optional.of(weights.vector(name + ".bias", columns)),
        epsilon);
  }

  public Tensor apply(Tensor x, Ops ops) {
    return bias.isPresent()
        ? ops.layerNorm(x, weight, bias.get(), epsilon)
        : ops.rmsNorm(x, weight, epsilon);
  }
}
