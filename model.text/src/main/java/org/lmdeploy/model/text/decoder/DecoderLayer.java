package org.lmdeploy.model.text.decoder;

import java.util.Optional;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;

/** One layer: attention over the sequence, then a feed-forward network for each token. */
final class DecoderLayer {
  private final DecoderConfig config;
  private final int index;
  private final Tensor attentionNorm;
  private final LinearWeight qkv;
  private final Optional<QueryKeyNorm> headNorm;
  private final LinearWeight output;
  private final Tensor feedForwardNorm;
  private final LinearWeight gateUp;
  private final LinearWeight down;

  DecoderLayer(DecoderConfig config, WeightNames names, int index, DecoderWeights weights) {
    this.config = config;
    this.index = index;
    String layer = names.layer(index);
    int hidden = config.hiddenSize();
    boolean biased = config.biases().feedForward();
    attentionNorm = weights.vector(layer + names.attentionNorm(), hidden);
    qkv = weights.device().linear(names.qkv().spec(weights, layer, config));
    headNorm = names.headNorms().map(norms -> QueryKeyNorm.load(norms, layer, config, weights));
    output =
        weights
            .device()
            .linear(
                weights.linear(
                    layer + names.output(),
                    hidden,
                    config.attentionColumns(),
                    config.biases().output()));
    feedForwardNorm = weights.vector(layer + names.feedForwardNorm(), hidden);
    int gateUpRows = 2 * config.intermediateSize() / names.gateUp().size();
    LinearSpec gateUpSpec =
        names.gateUp().stream()
            .map(name -> weights.linear(layer + name, gateUpRows, hidden, biased))
            .reduce(LinearSpec::and)
            .orElseThrow();
    gateUp = weights.device().gatedLinear(gateUpSpec);
    down =
        weights
            .device()
            .linear(
                weights.linear(layer + names.down(), hidden, config.intermediateSize(), biased));
  }

  /**
   * Adds what this layer says to the residual stream.
   *
   * @param residual [tokens, hidden], changed in place
   * @param rotation of the step's queries and keys
   */
  void forward(Tensor residual, Rotation rotation, StepBatch step, KvCache cache, Ops ops) {
    try (Frame _ = ops.frame()) {
      attend(residual, rotation, step, cache, ops);
    }
    try (Frame _ = ops.frame()) {
      Tensor normed = ops.rmsNorm(residual, feedForwardNorm, config.normEpsilon());
      Tensor gated = ops.gatedLinear(normed, gateUp, config.activation());
      ops.linearAdd(residual, gated, down, null);
    }
  }

  private void attend(Tensor residual, Rotation rotation, StepBatch step, KvCache cache, Ops ops) {
    Tensor normed = ops.rmsNorm(residual, attentionNorm, config.normEpsilon());
    Tensor heads = ops.linear(normed, qkv, Activation.NONE);
    headNorm.ifPresent(norm -> norm.apply(heads, config, ops));
    if (config.logNLength() > 0) {
      // before rotation, which keeps lengths
      ops.scaleQueries(heads, config.attentionColumns(), config.logNLength(), step);
    }
    Tensor attended = ops.pagedAttention(heads, rotation, config.attention(), cache, index, step);
    ops.linearAdd(residual, attended, output, null);
  }
}
