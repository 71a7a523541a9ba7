package org.lmdeploy.model.internvl.vision;

import java.util.Optional;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * One layer of InternViT: pre-norm attention in both directions and a feed-forward network, each
 * scaled column by column before it is added (LayerScale, Touvron et al.).
 */
final class InternVitLayer {
  /** Norms of queries and keys over all heads together. */
  private record QkNorm(Tensor query, Tensor key) {}

  private final VisionConfig config;
  private final Norm attentionNorm;
  private final LinearWeight qkv;
  private final Optional<QkNorm> qkNorm;
  private final LinearWeight projection;
  private final Tensor attentionScale;
  private final Norm feedForwardNorm;
  private final LinearWeight up;
  private final LinearWeight down;
  private final Tensor feedForwardScale;

  InternVitLayer(VisionConfig config, String prefix, TowerWeights weights) {
    this.config = config;
    int hidden = config.hiddenSize();
    attentionNorm =
        Norm.load(prefix + "norm1", hidden, config.rmsNorm(), config.epsilon(), weights);
    qkv = weights.linear(prefix + "attn.qkv", 3 * hidden, hidden, config.qkvBias());
    qkNorm =
        config.qkNorm()
            ? Optional.of(
                new QkNorm(
                    weights.vector(prefix + "attn.q_norm.weight", hidden),
                    weights.vector(prefix + "attn.k_norm.weight", hidden)))
            : Optional.empty();
    projection = weights.linear(prefix + "attn.proj", hidden, hidden);
    attentionScale = weights.vector(prefix + "ls1", hidden);
    feedForwardNorm =
        Norm.load(prefix + "norm2", hidden, config.rmsNorm(), config.epsilon(), weights);
    up = weights.linear(prefix + "mlp.fc1", config.intermediateSize(), hidden);
    down = weights.linear(prefix + "mlp.fc2", hidden, config.intermediateSize());
    feedForwardScale = weights.vector(prefix + "ls2", hidden);
  }

  /**
   * @param residual [tiles * rowsPerTile, hidden], changed in place
   * @param lengths rows of each tile
   */
  void forward(Tensor residual, int[] lengths, Ops ops) {
    try (Frame _ = ops.frame()) {
      Tensor heads = ops.linear(attentionNorm.apply(residual, ops), qkv, Activation.NONE);
      qkNorm.ifPresent(norm -> normalize(heads, norm, ops));
      Tensor attended = ops.denseAttention(heads, config.attention(), lengths);
      ops.linearAdd(residual, attended, projection, attentionScale);
    }
    try (Frame _ = ops.frame()) {
      Tensor normed = feedForwardNorm.apply(residual, ops);
      Tensor activated = ops.linear(normed, up, config.activation());
      ops.linearAdd(residual, activated, down, feedForwardScale);
    }
  }

  private void normalize(Tensor heads, QkNorm norm, Ops ops) {
    ops.rmsNormColumns(heads, 0, 1, norm.query(), config.epsilon());
    ops.rmsNormColumns(heads, config.hiddenSize(), 1, norm.key(), config.epsilon());
  }
}
