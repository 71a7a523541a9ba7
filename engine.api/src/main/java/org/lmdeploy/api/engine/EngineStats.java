package org.lmdeploy.api.engine;

import java.util.List;

/**
 * A moment in the life of an open model.
 *
 * @param running sequences in the batch
 * @param waiting requests in the queue, those that were preempted included
 * @param kvBlocks KV blocks in the pool
 * @param kvBlocksUsed blocks referenced by live sequences
 * @param kvBlocksCached blocks kept for reuse without a live sequence
 * @param kvCommittedBytes bytes of KV memory committed so far
 * @param promptTokens prompt tokens prefilled since the model was opened
 * @param cachedTokens prompt tokens taken from the prefix cache
 * @param generatedTokens tokens generated
 * @param finished requests that ended by themselves
 * @param cancelled requests that were cancelled
 * @param failed requests that failed
 * @param preemptions how often a sequence gave up its blocks to be recomputed
 * @param steps steps computed
 * @param stepTokens how many of the steps had at most so many tokens as {@link #STEP_TOKENS} says
 *     at the same index and more than the index before; the last entry counts those beyond all
 */
public record EngineStats(
    int running,
    int waiting,
    int kvBlocks,
    int kvBlocksUsed,
    int kvBlocksCached,
    long kvCommittedBytes,
    long promptTokens,
    long cachedTokens,
    long generatedTokens,
    long finished,
    long cancelled,
    long failed,
    long preemptions,
    long steps,
    List<Long> stepTokens) {
  /** Numbers of tokens of a step, ascending. */
  public static final List<Integer> STEP_TOKENS =
      List.of(1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384);

  /** Copies the list. */
  public EngineStats {
    stepTokens = List.copyOf(stepTokens);
  }
}
