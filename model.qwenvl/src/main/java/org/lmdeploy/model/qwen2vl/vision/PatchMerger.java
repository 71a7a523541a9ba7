package org.lmdeploy.model.qwen2vl.vision;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/** From a token's patches to the decoder's space: norm of each patch, side by side, two layers. */
final class PatchMerger {
  private static final String PREFIX = "visual.merger.";

  private final int columns;
  private final Norm norm;
  private final LinearWeight first;
  private final LinearWeight second;

  PatchMerger(TowerConfig config, TowerWeights weights) {
    columns = config.hiddenSize() * config.mergeUnit();
    norm =
        Norm.load(
            PREFIX + "ln_q", config.hiddenSize(), config.gated(), TowerConfig.EPSILON, weights);
    first = weights.linear(PREFIX + "mlp.0", columns, columns);
    second = weights.linear(PREFIX + "mlp.2", config.outSize(), columns);
  }

  /**
   * @param rows [tokens * patches of a token, hidden]
   * @return [tokens, outSize]
   */
  Tensor apply(Tensor rows, Ops ops) {
    Tensor normed = norm.apply(rows, ops);
    Tensor merged = normed.reshape(rows.shape().elements() / columns, columns);
    return ops.linear(ops.linear(merged, first, Activation.GELU), second, Activation.NONE);
  }
}
