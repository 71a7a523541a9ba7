package org.lmdeploy.bench.load;

import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.runtime.ServedModel;

/**
 * Watches the counts of a model while it is measured: the differences of what only grows, and the
 * peaks of what comes and goes, looked at every few milliseconds.
 */
public final class StatsWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 5;

  private final ServedModel model;
  private final EngineStats before;
  private final Thread thread;
  private int peakRunning;
  private int peakWaiting;
  private int peakBlocks;

  /**
   * What was counted.
   *
   * @param steps steps computed
   * @param promptTokens prompt tokens prefilled, those computed again after a preemption included
   * @param cachedTokens prompt tokens taken from the prefix cache
   * @param generatedTokens tokens generated
   * @param preemptions how often a sequence gave up its blocks
   * @param failed requests that failed
   * @param peakRunning most sequences in the batch
   * @param peakWaiting most requests in the queue
   * @param peakKvBlocks most KV blocks in use
   * @param kvBlocks KV blocks in all
   * @param kvCommittedBytes bytes of KV memory committed at the end
   */
  public record Counts(
      long steps,
      long promptTokens,
      long cachedTokens,
      long generatedTokens,
      long preemptions,
      long failed,
      int peakRunning,
      int peakWaiting,
      int peakKvBlocks,
      int kvBlocks,
      long kvCommittedBytes) {}

  /** Begins to watch. */
  public StatsWatch(ServedModel model) {
    this.model = model;
    this.before = model.stats();
    this.thread = Thread.ofPlatform().name("benchmark-stats").daemon().start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        look(model.stats());
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look(EngineStats stats) {
    peakRunning = Math.max(peakRunning, stats.running());
    peakWaiting = Math.max(peakWaiting, stats.waiting());
    peakBlocks = Math.max(peakBlocks, stats.kvBlocksUsed());
  }

  /** What was counted until now. */
  public synchronized Counts counts() {
    EngineStats after = model.stats();
    return new Counts(
        after.steps() - before.steps(),
        after.promptTokens() - before.promptTokens(),
        after.cachedTokens() - before.cachedTokens(),
        after.generatedTokens() - before.generatedTokens(),
        after.preemptions() - before.preemptions(),
        after.failed() - before.failed(),
        peakRunning,
        peakWaiting,
        peakBlocks,
        after.kvBlocks(),
        after.kvCommittedBytes());
  }

  /** Ends to watch; the thread may look once more. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
