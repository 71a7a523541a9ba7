package org.lmdeploy.core.kv;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Finds blocks whose keys and values a new sequence can use: a trie of full blocks, each found by
 * the block it continues and its contents, compared exactly (TurboMind's {@code BlockTrie}, vLLM's
 * chained block hashes). Only computed blocks are inserted. A sequence that references a block of
 * the trie references all blocks before it too, so a block without a reference never has one with a
 * reference behind it, and the least recently used one is always a leaf.
 *
 * <p>Used by the engine thread alone.
 */
public final class PrefixCache {
  /** What the first block of a sequence continues. */
  public static final int ROOT = -1;

  private final BlockPool pool;
  private final Map<Key, Integer> blocks = new HashMap<>();
  private final Key[] keys;

  private record Key(int parent, BlockContent content) {}

  /** An empty trie over the blocks of a pool. */
  public PrefixCache(BlockPool pool) {
    this.pool = pool;
    this.keys = new Key[pool.blocks()];
    pool.onEvict(this::forget);
  }

  /**
   * References the longest known beginning of a sequence.
   *
   * @param contents contents of its blocks by their index
   * @param most at most so many blocks
   * @return the blocks, for the caller to release
   */
  public int[] acquire(IntFunction<BlockContent> contents, int most) {
    int[] found = new int[most];
    int parent = ROOT;
    for (int i = 0; i < most; i++) {
      Integer block = blocks.isEmpty() ? null : blocks.get(new Key(parent, contents.apply(i)));
      if (block == null) {
        return Arrays.copyOf(found, i);
      }
      pool.retain(block);
      found[i] = block;
      parent = block;
    }
    return found;
  }

  /**
   * Makes a computed full block known. If there is one with these contents already, it takes the
   * place of the caller's: the caller's reference moves to it.
   *
   * @param parent the block before it, itself known, or {@link #ROOT}
   * @param block a block that the caller references
   * @return the block that the caller references now
   */
  public int insert(int parent, BlockContent content, int block) {
    Key key = new Key(parent, content);
    Integer known = blocks.putIfAbsent(key, block);
    if (known == null) {
      keys[block] = key;
      pool.keep(block);
      return block;
    }
    pool.retain(known);
    pool.release(block);
    return known;
  }

  private void forget(int block) {
    blocks.remove(keys[block]);
    keys[block] = null;
  }

  /**
   * Checks that every known block's beginning is known.
   *
   * @throws IllegalStateException if one was evicted before a block that continues it
   */
  public void checkIntegrity() {
    blocks.forEach(
        (key, block) -> {
          boolean rooted = key.parent == ROOT || keys[key.parent] != null;
          if (!rooted || !key.equals(keys[block])) {
            throw new IllegalStateException("cached KV block " + block + " hangs in the air");
          }
        });
  }
}
