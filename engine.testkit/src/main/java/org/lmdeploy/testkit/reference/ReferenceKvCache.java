package org.lmdeploy.testkit.reference;

import java.util.Arrays;
import java.util.Objects;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;

/** A paged cache of doubles; a block's memory is made when it is first written. */
final class ReferenceKvCache implements KvCache {
  private final KvLayout layout;
  private final int blockTokens;
  private final double[][] blocks;

  ReferenceKvCache(KvLayout layout, int blockTokens, int blocks) {
    this.layout = layout;
    this.blockTokens = blockTokens;
    this.blocks = new double[blocks][];
  }

  /** A place in a block. */
  record Place(int layer, boolean value, int kvHead, int[] blockTable, int position) {}

  double get(Place place, int element) {
    double[] block = blocks[block(place)];
    if (block == null) {
      throw new IllegalStateException("position " + place.position() + " was never written");
    }
    return block[index(place, element)];
  }

  void set(Place place, int element, double value) {
    int block = block(place);
    if (blocks[block] == null) {
      blocks[block] = new double[Math.toIntExact(blockTokens * layout.elementsPerToken())];
    }
    blocks[block][index(place, element)] = value;
  }

  private int block(Place place) {
    int block = place.blockTable()[place.position() / blockTokens];
    return Objects.checkIndex(block, blocks.length);
  }

  /** Blocks are [tokens, layers, 2, kvHeads, headDim]. */
  private int index(Place place, int element) {
    int token = place.position() % blockTokens;
    int part = (token * layout.layers() + place.layer()) * 2 + (place.value() ? 1 : 0);
    return (part * layout.kvHeads() + place.kvHead()) * layout.headDim() + element;
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
    return blocks.length;
  }

  @Override
  public long blockBytes() {
    return blockTokens * layout.elementsPerToken() * Double.BYTES;
  }

  @Override
  public long committedBytes() {
    long written = Arrays.stream(blocks).filter(Objects::nonNull).count();
    return written * blockBytes();
  }

  @Override
  public void close() {
    Arrays.fill(blocks, null);
  }
}
