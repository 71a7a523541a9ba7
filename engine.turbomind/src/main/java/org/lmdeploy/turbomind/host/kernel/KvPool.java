package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * KV blocks of one layer inside a larger pool; block b starts at {@code offset + b * blockStride}.
 *
 * @param segment pool memory, zeroed when it was allocated
 * @param offset byte offset of block 0 of this layer
 * @param blockStride bytes between two blocks
 * @param layout layout within a block
 */
public record KvPool(MemorySegment segment, long offset, long blockStride, KvLayout layout) {

  /**
   * Writes one token's key and value.
   *
   * @param k fp32 keys, {@code kvHeads * headDim} elements from byte {@code ko}
   * @param v fp32 values, likewise
   */
  public void store(int block, int slot, MemorySegment k, long ko, MemorySegment v, long vo) {
    int dim = layout.headDim();
    int padded = layout.paddedDim();
    for (int h = 0; h < layout.kvHeads(); h++) {
      long key = keyOffset(block, h) + 4L * slot;
      long step = 4L * layout.blockTokens();
      for (int d = 0; d < dim; d++) {
        segment.set(FLOAT, key + d * step, k.get(FLOAT, ko + 4L * (h * dim + d)));
      }
      long value = valueOffset(block, h) + 4L * slot * padded;
      MemorySegment.copy(v, vo + 4L * h * dim, segment, value, 4L * dim);
      for (int d = dim; d < padded; d++) {
        segment.set(FLOAT, value + 4L * d, 0f);
      }
    }
  }

  long keyOffset(int block, int head) {
    return offset + block * blockStride + layout.keyOffset(head);
  }

  long valueOffset(int block, int head) {
    return offset + block * blockStride + layout.valueOffset(head);
  }
}
