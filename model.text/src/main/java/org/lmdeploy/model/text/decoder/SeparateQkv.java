package org.lmdeploy.model.text.decoder;

import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.LinearSpec;

/**
 * Three linear layers (Llama).
 *
 * @param query name of the one for queries
 * @param key name of the one for keys
 * @param value name of the one for values
 */
public record SeparateQkv(String query, String key, String value) implements QkvWeights {
  @Override
  public LinearSpec spec(DecoderWeights weights, String layer, DecoderConfig config) {
    AttentionShape shape = config.attention();
    boolean biased = config.biases().qkv();
    int hidden = config.hiddenSize();
    int queries = shape.heads() * shape.headDim();
    int keys = shape.kvHeads() * shape.headDim();
    return weights
        .linear(layer + query, queries, hidden, biased)
        .and(weights.linear(layer + key, keys, hidden, biased))
        .and(weights.linear(layer + value, keys, hidden, biased));
  }
}
