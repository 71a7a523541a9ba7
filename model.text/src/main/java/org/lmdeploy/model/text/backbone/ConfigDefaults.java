package org.lmdeploy.model.text.backbone;

/**
 * What a configuration means that leaves a number out.
 *
 * @param vocabSize {@code vocab_size}
 * @param hiddenSize {@code hidden_size}
 * @param intermediateSize {@code intermediate_size}
 * @param layers {@code num_hidden_layers}
 * @param heads {@code num_attention_heads}
 * @param kvHeads {@code num_key_value_heads}, {@link #DERIVED} for as many as heads
 * @param headDim {@code head_dim}, {@link #DERIVED} for the hidden size over the heads
 * @param maxPositions {@code max_position_embeddings}
 * @param normEpsilon {@code rms_norm_eps}
 */
record ConfigDefaults(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int maxPositions,
    double normEpsilon) {
  /** The number follows from others. */
  static final int DERIVED = 0;
}
