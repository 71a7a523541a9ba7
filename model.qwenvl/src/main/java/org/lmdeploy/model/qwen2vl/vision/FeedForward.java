package org.lmdeploy.model.qwen2vl.vision;

import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.vision.TowerWeights;

/** The feed-forward network of a layer. */
sealed interface FeedForward {
  /** residual += network(normed), in place. */
  void add(Tensor residual, Tensor normed, Ops ops);

  static FeedForward load(TowerConfig config, String prefix, TowerWeights weights) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    if (!config.gated()) {
      return new Plain(
          weights.linear(prefix + "fc1", inner, hidden),
          weights.linear(prefix + "fc2", hidden, inner),
          config.activation());
    }
    LinearSpec gate = biased(weights.source(), prefix + "gate_proj", inner, hidden);
    LinearSpec up = biased(weights.source(), prefix + "up_proj", inner, hidden);
    return new Gated(
        weights.device().gatedLinear(gate.and(up)),
        weights.linear(prefix + "down_proj", hidden, inner),
        config.activation());
  }

  private static LinearSpec biased(WeightSource source, String prefix, int out, int in) {
    return new LinearSpec(
        List.of(source.linear(prefix, out, in)), List.of(source.tensor(prefix + ".bias", out)));
  }

  /** Qwen2-VL's: down(f(up x)). */
  record Plain(LinearWeight up, LinearWeight down, Activation activation) implements FeedForward {
    @Override
    public void add(Tensor residual, Tensor normed, Ops ops) {
      ops.linearAdd(residual, ops.linear(normed, up, activation), down, null);
    }
  }

  /** Qwen2.5-VL's: down(f(gate x) * up x). */
  record Gated(LinearWeight gateUp, LinearWeight down, Activation activation)
      implements FeedForward {
    @Override
    public void add(Tensor residual, Tensor normed, Ops ops) {
      ops.linearAdd(residual, ops.gatedLinear(normed, gateUp, activation), down, null);
    }
  }
}
