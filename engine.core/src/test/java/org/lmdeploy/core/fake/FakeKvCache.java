package org.lmdeploy.core.fake;

import java.util.function.BooleanSupplier;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;

/** Two layers of one long for each token; what was never written is a number like any other. */
final class FakeKvCache implements KvCache {
  private final KvLayout layout;
  private final int blockTokens;
  private final int blocks;
  final long[][] layers;
  private final boolean[] committed;
  private final BooleanSupplier unused;
  private boolean closed;

  /**
   * An empty cache.
   *
   * @param unused whether nothing uses it any more
   */
  FakeKvCache(KvLayout layout, int blockTokens, int blocks, BooleanSupplier unused) {
    this.unused = unused;
    this.layout = layout;
    this.blockTokens = blockTokens;
    this.blocks = blocks;
    layers = new long[2][blocks * blockTokens];
    committed = new boolean[blocks];
  }

  void write(int layer, int[] table, int position, long value) {
    int block = table[position / blockTokens];
    committed[block] = true;
    layers[layer][block * blockTokens + position % blockTokens] = value;
  }

  long read(int layer, int[] table, int position) {
    return layers[layer][table[position / blockTokens] * blockTokens + position % blockTokens];
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
    return 16L * blockTokens;
  }

  @Override
  public long committedBytes() {
    long count = 0;
    for (boolean one : committed) {
      count += one ? 1 : 0;
    }
    return count * blockBytes();
  }

  @Override
  public void close() {
    if (closed || !unused.getAsBoolean()) {
      throw new IllegalStateException("closed twice, or while steps run");
    }
    closed = true;
  }

  boolean closed() {
    return closed;
  }
}
