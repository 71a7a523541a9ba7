package org.lmdeploy.api.engine;

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
    long steps) {}
