package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.OutOfDeviceMemoryException;

/**
 * KV blocks in one piece of device memory, taken at once. A block is [layers, keys and values,
 * kvHeads, blockTokens, headDim]; {@code kv_cache.cuh} says how a token's elements are ordered.
 */
final class CudaKvCache implements KvCache {
  /** Attention kernels read this many tokens at a time. */
  private static final int TOKEN_MULTIPLE = 16;

  private final KvLayout layout;
  private final int blockTokens;
  private final int blocks;
  private final long blockBytes;
  private final long layerBytes;
  private final DeviceMemory memory;

  CudaKvCache(Gpu gpu, DType type, KvLayout layout, int blockTokens, int blocks) {
    if (blockTokens % TOKEN_MULTIPLE != 0) {
      throw new InvalidRequestException(
          "cache_block_seq_len",
          "cache_block_seq_len is "
              + blockTokens
              + "; CUDA devices need a multiple of "
              + TOKEN_MULTIPLE
              + ", best 64");
    }
    this.layout = layout;
    this.blockTokens = blockTokens;
    this.blocks = blocks;
    this.layerBytes = 2L * layout.kvHeads() * layout.headDim() * blockTokens * type.bytes();
    this.blockBytes = layerBytes * layout.layers();
    try {
      memory = new DeviceMemory(gpu, Math.multiplyExact(blockBytes, (long) blocks));
    } catch (OutOfDeviceMemoryException e) {
      throw new DeviceFailureException(
          "%s KV blocks of %,d bytes do not fit into the %,d bytes that %s has free; lower cache_max_entry_count"
              .formatted(blocks, blockBytes, gpu.freeMemory(), gpu.name()),
          e);
    }
  }

  long address() {
    return memory.address();
  }

  /** Where a layer begins in each block, in bytes. */
  long layerOffset(int layer) {
    return layer * layerBytes;
  }

  @Override
  public KvLayout layout() {
    return layout;
  }

  @Override
  public int blockTokens() {
    return blockTokens;
  }

  @Override
  public int blocks() {
    return blocks;
  }

  @Override
  public long blockBytes() {
    return blockBytes;
  }

  @Override
  public long committedBytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
