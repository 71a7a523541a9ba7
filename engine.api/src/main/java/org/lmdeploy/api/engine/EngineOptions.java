package org.lmdeploy.api.engine;

import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * LMDeploy's engine options.
 *
 * @param sessionLen most tokens of a sequence, prompt and answer; empty for the model's own limit
 * @param maxBatchSize most sequences that run at once
 * @param cacheMaxEntryCount below 1: the share of free memory that the KV cache may take; from 1
 *     on: a number of blocks
 * @param cacheBlockSeqLen tokens of a KV block
 * @param enablePrefixCaching whether KV blocks of equal beginnings are shared
 * @param maxPrefillTokenNum most new tokens of one step
 * @param numTokensPerIter tokens that a step aims at when prompts are cut into chunks; 0 for {@code
 *     maxPrefillTokenNum}
 * @param maxPrefillIters in at most how many steps a prompt is prefilled: sets the least chunk
 * @param visionMaxBatchSize most images that the vision model encodes at once
 */
public record EngineOptions(
    OptionalInt sessionLen,
    int maxBatchSize,
    double cacheMaxEntryCount,
    int cacheBlockSeqLen,
    boolean enablePrefixCaching,
    int maxPrefillTokenNum,
    int numTokensPerIter,
    int maxPrefillIters,
    int visionMaxBatchSize) {
  /** The defaults. */
  public static final EngineOptions DEFAULT =
      new EngineOptions(OptionalInt.empty(), 128, 0.8, 64, false, 8192, 0, 1, 1);

  /**
   * @throws InvalidRequestException if a value is out of range
   */
  public EngineOptions {
    sessionLen.ifPresent(value -> check("session_len", value, 1, Integer.MAX_VALUE));
    check("max_batch_size", maxBatchSize, 1, 65_536);
    check("cache_block_seq_len", cacheBlockSeqLen, 1, 4096);
    check("max_prefill_token_num", maxPrefillTokenNum, 1, Integer.MAX_VALUE);
    check("num_tokens_per_iter", numTokensPerIter, 0, Integer.MAX_VALUE);
    check("max_prefill_iters", maxPrefillIters, 1, Integer.MAX_VALUE);
    check("vision_max_batch_size", visionMaxBatchSize, 1, 65_536);
    if (!(cacheMaxEntryCount > 0 && cacheMaxEntryCount <= Integer.MAX_VALUE)) {
      throw new InvalidRequestException(
          "cache_max_entry_count",
          "cache_max_entry_count is "
              + cacheMaxEntryCount
              + "; a share of free memory between 0 and 1 or a number of blocks is needed");
    }
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidRequestException(
          name, name + " is " + value + "; a number from " + least + " to " + most + " is needed");
    }
  }
}
