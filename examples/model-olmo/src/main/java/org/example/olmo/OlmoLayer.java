package org.example.olmo;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.WeightSource;

/** Attention over the sequence, then a gated feed-forward network for each token. */
final class OlmoLayer {
  private final OlmoConfig config;
  private final int index;
  private final PlainNorm norm;
  private final LinearWeight qkv;
  private final LinearWeight output;
  private final LinearWeight gateUp;
  private final LinearWeight down;

  OlmoLayer(OlmoConfig config, int index, PlainNorm norm, WeightSource weights, Device device) {
    this.config = config;
    this.index = index;
    this.norm = norm;
    String layer = "model.layers." + index + ".";
    int hidden = config.hidden();
    int headDim = config.attention().headDim();
    int queries = config.attention().heads() * headDim;
    int keys = config.attention().kvHeads() * headDim;
    qkv =
        device.linear(
            LinearSpec.concat(
                weights.linear(layer + "self_attn.q_proj", queries, hidden),
                weights.linear(layer + "self_attn.k_proj", keys, hidden),
                weights.linear(layer + "self_attn.v_proj", keys, hidden)));
    output =
        device.linear(
            LinearSpec.concat(weights.linear(layer + "self_attn.o_proj", hidden, queries)));
    gateUp =
        device.gatedLinear(
            LinearSpec.concat(
                weights.linear(layer + "mlp.gate_proj", config.intermediate(), hidden),
                weights.linear(layer + "mlp.up_proj", config.intermediate(), hidden)));
    down =
        device.linear(
            LinearSpec.concat(
                weights.linear(layer + "mlp.down_proj", hidden, config.intermediate())));
  }

  /**
   * Adds what this layer says to the residual stream.
   *
   * @param residual [tokens, hidden], changed in place
   */
  void forward(Tensor residual, Rotation rotation, StepBatch step, KvCache cache, Ops ops) {
    try (Frame _ = ops.frame()) {
      Tensor heads = ops.linear(norm.apply(residual, ops), qkv, Activation.NONE);
      Tensor attended = ops.pagedAttention(heads, rotation, config.attention(), cache, index, step);
      ops.linearAdd(residual, attended, output, null);
    }
    try (Frame _ = ops.frame()) {
      Tensor gated = ops.gatedLinear(norm.apply(residual, ops), gateUp, Activation.SILU);
      ops.linearAdd(residual, gated, down, null);
    }
  }
}
