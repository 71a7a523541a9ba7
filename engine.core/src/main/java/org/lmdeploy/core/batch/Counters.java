package org.lmdeploy.core.batch;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.core.kv.BlockPool;

/**
 * What a model has done. The engine thread counts and publishes; readers see whole moments, those
 * before a step or after it. A result is published before the stream that brings it is told.
 */
final class Counters {
  long submitted;
  long promptTokens;
  long cachedTokens;
  long generatedTokens;
  long finished;
  long cancelled;
  long failed;
  long preemptions;
  private long steps;

  /** Written by the engine thread alone; read as it is, since no moment needs all of it. */
  private final AtomicLongArray stepTokens =
      new AtomicLongArray(EngineStats.STEP_TOKENS.size() + 1);

  private volatile Moment latest =
      new Moment(0, new EngineStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of()));

  /**
   * A published moment.
   *
   * @param submitted requests that the engine thread had seen
   * @param stats its counts
   */
  private record Moment(long submitted, EngineStats stats) {}

  /** Counts a step. */
  void countStep(int tokens) {
    steps++;
    int at = Collections.binarySearch(EngineStats.STEP_TOKENS, tokens);
    int index = at < 0 ? -1 - at : at;
    stepTokens.lazySet(index, stepTokens.get(index) + 1);
  }

  /** Publishes the counts of this moment. */
  void publish(int running, int waiting, BlockPool pool, KvCache cache) {
    EngineStats stats =
        new EngineStats(
            running,
            waiting,
            pool.blocks(),
            pool.used(),
            pool.cached(),
            cache.committedBytes(),
            promptTokens,
            cachedTokens,
            generatedTokens,
            finished,
            cancelled,
            failed,
            preemptions,
            steps,
            List.of());
    latest = new Moment(submitted, stats);
  }

  /** The latest moment, with the requests in the mailbox counted as waiting. */
  EngineStats read(Mailbox mailbox) {
    Moment moment = latest;
    EngineStats stats = moment.stats;
    int unseen = (int) (mailbox.submitted() - moment.submitted);
    return new EngineStats(
        stats.running(),
        stats.waiting() + unseen,
        stats.kvBlocks(),
        stats.kvBlocksUsed(),
        stats.kvBlocksCached(),
        stats.kvCommittedBytes(),
        stats.promptTokens(),
        stats.cachedTokens(),
        stats.generatedTokens(),
        stats.finished(),
        stats.cancelled(),
        stats.failed(),
        stats.preemptions(),
        stats.steps(),
        LongStream.range(0, stepTokens.length())
            .map(i -> stepTokens.get((int) i))
            .boxed()
            .toList());
  }
}
