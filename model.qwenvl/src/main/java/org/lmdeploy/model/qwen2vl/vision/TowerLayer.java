package org.lmdeploy.model.qwen2vl.vision;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * One layer: pre-norm attention in both directions with rotated queries and keys, and a
 * feed-forward network.
 */
final class TowerLayer {
  private final TowerConfig config;
  private final Norm attentionNorm;
  private final LinearWeight qkv;
  private final LinearWeight projection;
  private final Norm feedForwardNorm;
  private final FeedForward feedForward;

  TowerLayer(TowerConfig config, String prefix, TowerWeights weights) {
    this.config = config;
    int hidden = config.hiddenSize();
    attentionNorm =
        Norm.load(prefix + "norm1", hidden, config.gated(), TowerConfig.EPSILON, weights);
    qkv = weights.linear(prefix + "attn.qkv", 3 * hidden, hidden);
    projection = weights.linear(prefix + "attn.proj", hidden, hidden);
    feedForwardNorm =
        Norm.load(prefix + "norm2", hidden, config.gated(), TowerConfig.EPSILON, weights);
    feedForward = FeedForward.load(config, prefix + "mlp.", weights);
  }

  /**
   * @param residual [rows, hidden], changed in place
   * @param lengths rows of each group that sees itself: images or windows
   */
  void forward(Tensor residual, Rotation rotation, int[] lengths, Ops ops) {
    try (Frame _ = ops.frame()) {
      Tensor heads = ops.linear(attentionNorm.apply(residual, ops), qkv, Activation.NONE);
      ops.rotate(heads, rotation, config.attention());
      Tensor attended = ops.denseAttention(heads, config.attention(), lengths);
      ops.linearAdd(residual, attended, projection, null);
    }
    try (Frame _ = ops.frame()) {
      feedForward.add(residual, feedForwardNorm.apply(residual, ops), ops);
    }
  }
}
