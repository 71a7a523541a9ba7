package org.lmdeploy.turbomind.host;

import java.util.BitSet;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.turbomind.host.kernel.KvPool;

/**
 * KV blocks in host memory, fp32. A block is {@code [layer][block of one layer]}, see {@link
 * org.lmdeploy.turbomind.host.kernel.KvLayout}.
 */
final class HostKvCache implements KvCache {
  /** The tokens of a block are a multiple of this, for vectors over tokens. */
  static final int BLOCK_MULTIPLE = 16;

  private final org.lmdeploy.api.ops.KvLayout layout;
  private final org.lmdeploy.turbomind.host.kernel.KvLayout blockLayout;
  private final int blocks;
  private final LazyMemory memory;
  private final BitSet touched = new BitSet();

  HostKvCache(org.lmdeploy.api.ops.KvLayout layout, int blockTokens, int blocks) {
    this.layout = layout;
    this.blockLayout = layoutOf(layout, blockTokens);
    this.blocks = blocks;
    this.memory = new LazyMemory(Math.multiplyExact(blockBytes(), (long) blocks));
  }

  /**
   * @throws InvalidRequestException if the host device cannot have such blocks
   */
  static org.lmdeploy.turbomind.host.kernel.KvLayout layoutOf(
      org.lmdeploy.api.ops.KvLayout layout, int blockTokens) {
    if (blockTokens % BLOCK_MULTIPLE != 0) {
      throw new InvalidRequestException(
          "cache_block_seq_len",
          "cache_block_seq_len is "
              + blockTokens
              + "; the host device needs a multiple of "
              + BLOCK_MULTIPLE);
    }
    return new org.lmdeploy.turbomind.host.kernel.KvLayout(
        layout.kvHeads(), layout.headDim(), blockTokens);
  }

  /** The blocks of one layer. */
  KvPool pool(int layer) {
    return new KvPool(
        memory.segment(), layer * blockLayout.blockBytes(), blockBytes(), blockLayout);
  }

  /** Notes that a block is written. */
  void touch(int block) {
    touched.set(block);
  }

  @Override
  public org.lmdeploy.api.ops.KvLayout layout() {
    return layout;
  }

  @Override
  public int blockTokens() {
    return blockLayout.blockTokens();
  }

  @Override
  public int blocks() {
    return blocks;
  }

  @Override
  public long blockBytes() {
    return layout.layers() * blockLayout.blockBytes();
  }

  @Override
  public long committedBytes() {
    return (memory.lazy() ? touched.cardinality() : blocks) * blockBytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
