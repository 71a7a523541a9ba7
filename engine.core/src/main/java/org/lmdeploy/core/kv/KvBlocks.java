package org.lmdeploy.core.kv;

/**
 * The blocks of a model's KV cache.
 *
 * @param pool who holds them
 * @param prefixes which beginnings they keep
 * @param blockTokens tokens of a block
 */
public record KvBlocks(BlockPool pool, PrefixCache prefixes, int blockTokens) {
  /** Free blocks. */
  public static KvBlocks of(int blocks, int blockTokens) {
    BlockPool pool = new BlockPool(blocks);
    return new KvBlocks(pool, new PrefixCache(pool), blockTokens);
  }

  /** How many blocks so many tokens take. */
  public int blocksFor(int tokens) {
    return Math.ceilDiv(tokens, blockTokens);
  }

  /**
   * Recounts everything.
   *
   * @throws IllegalStateException if it does not add up
   */
  public void checkIntegrity() {
    pool.checkIntegrity();
    prefixes.checkIntegrity();
  }
}
