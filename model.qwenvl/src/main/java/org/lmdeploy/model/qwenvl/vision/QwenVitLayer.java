package org.lmdeploy.model.qwenvl.vision;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/** One layer of the tower: pre-norm attention in both directions and a feed-forward network. */
final class QwenVitLayer {
  private static final int PARTS = 3; // queries, keys, values

  private final VisionConfig config;
  private final Norm attentionNorm;
  private final LinearWeight qkv;
  private final LinearWeight projection;
  private final Norm feedForwardNorm;
  private final LinearWeight up;
  private final LinearWeight down;

  QwenVitLayer(VisionConfig config, String prefix, TowerWeights weights) {
    this.config = config;
    int width = config.width();
    attentionNorm = Norm.load(prefix + "ln_1", width, false, VisionConfig.EPSILON, weights);
    qkv = weights.device().linear(qkv(config, prefix + "attn.in_proj", weights));
    projection = weights.linear(prefix + "attn.out_proj", width, width);
    feedForwardNorm = Norm.load(prefix + "ln_2", width, false, VisionConfig.EPSILON, weights);
    up = weights.linear(prefix + "mlp.c_fc", config.intermediateSize(), width);
    down = weights.linear(prefix + "mlp.c_proj", width, config.intermediateSize());
  }

  /**
   * Stored are, head by head, the rows of its queries, keys and values; wanted are all queries
   * first.
   */
  private static LinearSpec qkv(VisionConfig config, String name, TowerWeights weights) {
    int width = config.width();
    int head = width / config.heads();
    LinearRows stored = weights.source().linear(name, (long) PARTS * width, width);
    HostTensor bias = weights.source().tensor(name + ".bias", (long) PARTS * width);
    HostTensor elements = bias.reshape((long) PARTS * width, 1);
    List<LinearRows> rows = new ArrayList<>();
    List<HostTensor> biases = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      for (int i = 0; i < config.heads(); i++) {
        long from = (long) (PARTS * i + part) * head;
        rows.add(stored.rows(from, head));
        biases.add(elements.rows(from, head).reshape(head));
      }
    }
    return new LinearSpec(rows, biases);
  }

  /**
   * @param residual [images * patches, width], changed in place
   * @param lengths rows of each image
   */
  void forward(Tensor residual, int[] lengths, Ops ops) {
    try (Frame _ = ops.frame()) {
      Tensor heads = ops.linear(attentionNorm.apply(residual, ops), qkv, Activation.NONE);
      Tensor attended = ops.denseAttention(heads, config.attention(), lengths);
      ops.linearAdd(residual, attended, projection, null);
    }
    try (Frame _ = ops.frame()) {
      Tensor normed = feedForwardNorm.apply(residual, ops);
      ops.linearAdd(residual, ops.linear(normed, up, Activation.GELU), down, null);
    }
  }
}
