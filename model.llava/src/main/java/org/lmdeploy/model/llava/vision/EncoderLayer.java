package org.lmdeploy.model.llava.vision;

import java.util.Optional;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/** One layer: pre-norm attention in both directions and a feed-forward network. */
final class EncoderLayer {
  private final TowerConfig config;
  private final Norm attentionNorm;
  private final LinearWeight qkv;
  private final LinearWeight output;
  private final Norm feedForwardNorm;
  private final LinearWeight up;
  private final LinearWeight down;

  EncoderLayer(TowerConfig config, String prefix, TowerWeights weights) {
    this.config = config;
    int hidden = config.hiddenSize();
    attentionNorm = norm(prefix + "layer_norm1", weights);
    String attention = prefix + "self_attn.";
    LinearSpec query = spec(attention + "q_proj", hidden, weights);
    LinearSpec key = spec(attention + "k_proj", hidden, weights);
    qkv = weights.device().linear(query.and(key).and(spec(attention + "v_proj", hidden, weights)));
    output = weights.linear(attention + "out_proj", hidden, hidden);
    feedForwardNorm = norm(prefix + "layer_norm2", weights);
    up = weights.linear(prefix + "mlp.fc1", config.intermediateSize(), hidden);
    down = weights.linear(prefix + "mlp.fc2", hidden, config.intermediateSize());
  }

  private Norm norm(String name, TowerWeights weights) {
    return Norm.load(name, config.hiddenSize(), false, config.epsilon(), weights);
  }

  private static LinearSpec spec(String name, int hidden, TowerWeights weights) {
    return LinearSpec.of(
        weights.source().linear(name, hidden, hidden),
        Optional.of(weights.source().tensor(name + ".bias", hidden)));
  }

  /**
   * @param residual [images * rowsPerTile, hidden], changed in place
   * @param lengths rows of each image
   */
  void forward(Tensor residual, int[] lengths, Ops ops) {
    try (Frame _ = ops.frame()) {
      Tensor heads = ops.linear(attentionNorm.apply(residual, ops), qkv, Activation.NONE);
      Tensor attended = ops.denseAttention(heads, config.attention(), lengths);
      ops.linearAdd(residual, attended, output, null);
    }
    try (Frame _ = ops.frame()) {
      Tensor normed = feedForwardNorm.apply(residual, ops);
      ops.linearAdd(residual, ops.linear(normed, up, config.activation()), down, null);
    }
  }
}
