package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.turbomind.cuda.driver.KernelArguments;

/**
 * Attention of a step's new tokens in one layer.
 *
 * @param qkv fused rows, not rotated yet
 * @param angles the step's rotary table
 * @param pairing which elements of a head are turned together
 * @param state the step, which is the present one
 * @param out [tokens, heads * headDim]
 */
record PagedCall(
    CudaTensor qkv,
    CudaTensor angles,
    RotarySpec.Pairing pairing,
    AttentionShape shape,
    CudaKvCache cache,
    int layer,
    StepState state,
    CudaTensor out) {
  /** The fields of {@code KvView}. */
  void cacheView(KernelArguments arguments) {
    arguments
        .pointer(cache.address())
        .pointer(state.blockTables())
        .int64(cache.blockBytes())
        .int64(cache.layerOffset(layer))
        .int32(cache.blockTokens())
        .int32(cache.layout().kvHeads())
        .int32(cache.layout().headDim())
        .int32(state.tableStride());
  }

  boolean interleaved() {
    return pairing == RotarySpec.Pairing.INTERLEAVED;
  }

  /** Query heads of a head of keys and values. */
  int group() {
    return shape.heads() / shape.kvHeads();
  }

  /** Whether nothing but sequences with one new token is in the step. */
  boolean decodesAll() {
    return qkv.rowCount() == state.decoding();
  }
}
