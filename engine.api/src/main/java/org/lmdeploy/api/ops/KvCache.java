package org.lmdeploy.api.ops;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The paged KV cache of one model on one device: a pool of blocks, each holding keys and values of
 * {@link #blockTokens()} consecutive tokens of one sequence in all layers. Which sequence owns
 * which block is the scheduler's affair.
 */
@ProviderType
public interface KvCache extends AutoCloseable {
  /** What a token keeps. */
  KvLayout layout();

  /** Tokens of a block. */
  int blockTokens();

  /** Blocks that may be used, numbered from 0. */
  int blocks();

  /** Bytes of a block. */
  long blockBytes();

  /** Bytes of memory committed so far; grows as blocks are first written on a host device. */
  long committedBytes();

  @Override
  void close();
}
