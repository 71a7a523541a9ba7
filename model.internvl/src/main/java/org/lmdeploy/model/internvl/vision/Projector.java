package org.lmdeploy.model.internvl.vision;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/** From shuffled patches to the decoder's space: {@code mlp1}, layer norm, linear, GELU, linear. */
final class Projector {
  /** PyTorch's default, with which the published models were made. */
  private static final float EPSILON = 1e-5f;

  private final Norm norm;
  private final LinearWeight first;
  private final LinearWeight second;

  Projector(VisionConfig config, int textHidden, TowerWeights weights) {
    int columns = config.shuffledColumns();
    norm = Norm.load("mlp1.0", columns, false, EPSILON, weights);
    first = weights.linear("mlp1.1", textHidden, columns);
    second = weights.linear("mlp1.3", textHidden, textHidden);
  }

  Tensor apply(Tensor shuffled, Ops ops) {
    Tensor hidden = ops.linear(norm.apply(shuffled, ops), first, Activation.GELU);
    return ops.linear(hidden, second, Activation.NONE);
  }
}
