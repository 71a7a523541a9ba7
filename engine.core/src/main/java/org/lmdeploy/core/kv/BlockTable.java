package org.lmdeploy.core.kv;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The blocks of one sequence in order: block i holds the positions from i * block size on. The
 * first ones may be shared with other sequences; only full, computed blocks ever are.
 */
public final class BlockTable {
  private static final int[] NO_BLOCKS = {};

  private final KvBlocks kv;
  private final int most;

  /**
   * The blocks, with room for more. Steps that run look at it: an entry that was set once is never
   * set to something else, another array takes its place.
   */
  private int[] blocks = NO_BLOCKS;

  private int size;

  /** How many blocks from the first on the prefix cache knows. */
  private int known;

  /**
   * An empty table.
   *
   * @param tokens most tokens of the sequence: the table is never longer than they need
   */
  public BlockTable(KvBlocks kv, int tokens) {
    this.kv = kv;
    this.most = kv.blocksFor(tokens);
  }

  /**
   * Takes blocks for a sequence: those of a known beginning, and others for the rest.
   *
   * @param contents what the sequence's blocks are, by index
   * @param shareable how many blocks may be looked up in the prefix cache
   * @param tokens tokens to have room for
   * @param spare blocks that must stay available
   * @return whether there were enough; if not, nothing was taken
   */
  public boolean open(IntFunction<BlockContent> contents, int shareable, int tokens, int spare) {
    int[] shared = kv.prefixes().acquire(contents, shareable);
    int needed = kv.blocksFor(tokens) - shared.length;
    for (int block : shared) {
      append(block);
    }
    known = shared.length;
    if (kv.pool().available() < needed + spare) {
      release();
      return false;
    }
    return grow(tokens);
  }

  /**
   * Makes room for so many tokens.
   *
   * @return whether there were enough blocks; if not, nothing was taken
   */
  public boolean grow(int tokens) {
    int needed = kv.blocksFor(tokens) - size;
    if (kv.pool().available() < needed) {
      return false;
    }
    for (int i = 0; i < needed; i++) {
      append(kv.pool().allocate());
    }
    return true;
  }

  /** Makes the first {@code full} blocks, which are computed, known to the prefix cache. */
  public void share(int full, IntFunction<BlockContent> contents) {
    int[] before = blocks;
    for (; known < full; known++) {
      int parent = known == 0 ? PrefixCache.ROOT : blocks[known - 1];
      int block = kv.prefixes().insert(parent, contents.apply(known), blocks[known]);
      if (block != blocks[known]) {
        blocks = blocks == before ? blocks.clone() : blocks;
        blocks[known] = block;
      }
    }
  }

  /** Tokens in blocks that the prefix cache knows. */
  public int knownTokens() {
    return known * kv.blockTokens();
  }

  /** Gives all blocks back, the last first, so that beginnings are kept longest. */
  public void release() {
    while (size > 0) {
      kv.pool().release(blocks[--size]);
    }
    blocks = NO_BLOCKS;
    known = 0;
  }

  /** A copy of the blocks. */
  public int[] toArray() {
    return Arrays.copyOf(blocks, size);
  }

  /**
   * The blocks for a step's {@code blockTable}: no copy, maybe longer, and never changed where the
   * table has blocks now.
   */
  public int[] view() {
    return blocks;
  }

  private void append(int block) {
    if (size == blocks.length) {
      blocks = Arrays.copyOf(blocks, Math.min(most, Math.max(4, 2 * size)));
    }
    blocks[size++] = block;
  }
}
