package org.lmdeploy.core.kv;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The blocks of a KV cache and who holds them. Every block is exactly one of: free; referenced by
 * one or more live sequences; cached, that is without a reference but kept because its contents may
 * serve a later sequence. Cached blocks are given away in the order in which their last reference
 * went (least recently used first). As sequences release their blocks from the tail to the head, a
 * block goes before the blocks that it continues (vLLM, TurboMind's {@code BlockManager}).
 *
 * <p>Used by the engine thread alone.
 */
public final class BlockPool {
  private static final int NONE = -1;

  private final int[] references;
  private final boolean[] kept;
  private final int[] free;
  private int freeCount;
  /* The cached blocks as a ring of links; its last index is the ring's anchor. */
  private final int[] older;
  private final int[] newer;
  private final int anchor;
  private int cachedCount;
  private IntConsumer evicted = block -> {};

  /** A pool of free blocks. */
  public BlockPool(int blocks) {
    references = new int[blocks];
    kept = new boolean[blocks];
    free = new int[blocks];
    older = new int[blocks + 1];
    newer = new int[blocks + 1];
    anchor = blocks;
    Arrays.fill(older, NONE);
    Arrays.fill(newer, NONE);
    older[anchor] = anchor;
    newer[anchor] = anchor;
    // Low numbers and blocks that were in use before are given first: memory that the device
    // commits block by block grows no faster than it must.
    for (int block = blocks - 1; block >= 0; block--) {
      free[freeCount++] = block;
    }
  }

  /** Who is told that a kept block is about to get other contents. */
  void onEvict(IntConsumer listener) {
    evicted = listener;
  }

  /** All blocks. */
  public int blocks() {
    return references.length;
  }

  /** Blocks that hold nothing. */
  public int free() {
    return freeCount;
  }

  /** Blocks kept without a reference. */
  public int cached() {
    return cachedCount;
  }

  /** Blocks referenced by live sequences. */
  public int used() {
    return references.length - freeCount - cachedCount;
  }

  /** Blocks that {@link #allocate} can give. */
  public int available() {
    return freeCount + cachedCount;
  }

  /**
   * Takes a block with one reference: a free one, else the least recently used cached one.
   *
   * @throws IllegalStateException if none is available
   */
  public int allocate() {
    int block;
    if (freeCount > 0) {
      block = free[--freeCount];
    } else if (cachedCount > 0) {
      block = newer[anchor];
      unlink(block);
      evicted.accept(block);
      kept[block] = false;
    } else {
      throw new IllegalStateException("all " + blocks() + " KV blocks are referenced");
    }
    references[block] = 1;
    return block;
  }

  /** Adds a reference to a referenced or cached block. */
  public void retain(int block) {
    if (references[block] == 0) {
      if (!kept[block]) {
        throw new IllegalStateException("KV block " + block + " is free and cannot be retained");
      }
      unlink(block);
    }
    references[block]++;
  }

  /** Gives a reference back; without one left the block is cached if it is kept, else free. */
  public void release(int block) {
    if (references[block] == 0) {
      throw new IllegalStateException("KV block " + block + " has no reference to give back");
    }
    if (--references[block] > 0) {
      return;
    }
    if (kept[block]) {
      linkNewest(block);
    } else {
      free[freeCount++] = block;
    }
  }

  /** From now on a referenced block is kept when its last reference goes. */
  void keep(int block) {
    kept[block] = true;
  }

  private void linkNewest(int block) {
    int last = older[anchor];
    older[block] = last;
    newer[block] = anchor;
    newer[last] = block;
    older[anchor] = block;
    cachedCount++;
  }

  private void unlink(int block) {
    newer[older[block]] = newer[block];
    older[newer[block]] = older[block];
    older[block] = NONE;
    newer[block] = NONE;
    cachedCount--;
  }

  /**
   * Recounts the pool.
   *
   * @throws IllegalStateException if a block is in two states or in none
   */
  public void checkIntegrity() {
    boolean[] seen = new boolean[blocks()];
    for (int i = 0; i < freeCount; i++) {
      claim(seen, free[i], !kept[free[i]], "free");
    }
    int linked = 0;
    for (int block = newer[anchor]; block != anchor; block = newer[block]) {
      claim(seen, block, kept[block], "cached");
      linked++;
    }
    int referenced = 0;
    for (int block = 0; block < blocks(); block++) {
      referenced += references[block] > 0 ? 1 : 0;
    }
    if (linked != cachedCount || freeCount + linked + referenced != blocks()) {
      throw new IllegalStateException(
          "%s free, %s referenced and %s (counted %s) cached KV blocks are not %s"
              .formatted(freeCount, referenced, linked, cachedCount, blocks()));
    }
  }

  private void claim(boolean[] seen, int block, boolean fits, String state) {
    if (seen[block] || references[block] > 0 || !fits) {
      throw new IllegalStateException("KV block " + block + " cannot be " + state);
    }
    seen[block] = true;
  }
}
