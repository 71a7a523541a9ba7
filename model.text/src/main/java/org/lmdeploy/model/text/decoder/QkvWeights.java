package org.lmdeploy.model.text.decoder;

import org.lmdeploy.api.ops.LinearSpec;

/** How checkpoints of a backbone store the projection to queries, keys and values. */
public sealed interface QkvWeights permits SeparateQkv, PackedQkv, GroupedQkv {
  /**
   * The fused projection: rows of all query heads, then of all key heads, then of all value heads,
   * as {@link org.lmdeploy.api.ops.AttentionShape} wants its input.
   *
   * @param weights the checkpoint
   * @param layer prefix of the layer
   */
  LinearSpec spec(DecoderWeights weights, String layer, DecoderConfig config);
}
