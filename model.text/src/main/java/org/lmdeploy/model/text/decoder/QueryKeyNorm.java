package org.lmdeploy.model.text.decoder;

import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;

/**
 * RMS norms over each head of queries and of keys.
 *
 * @param query [headDim]
 * @param key [headDim]
 */
record QueryKeyNorm(Tensor query, Tensor key) {
  static QueryKeyNorm load(
      HeadNorms names, String layer, DecoderConfig config, DecoderWeights weights) {
    int headDim = config.attention().headDim();
    return new QueryKeyNorm(
        weights.vector(layer + names.query(), headDim),
        weights.vector(layer + names.key(), headDim));
  }

  /**
   * @param heads fused rows, changed in place
   */
  void apply(Tensor heads, DecoderConfig config, Ops ops) {
    AttentionShape shape = config.attention();
    ops.rmsNormColumns(heads, 0, shape.heads(), query, config.normEpsilon());
    ops.rmsNormColumns(
        heads, config.attentionColumns(), shape.kvHeads(), key, config.normEpsilon());
  }
}
