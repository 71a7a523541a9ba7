package org.lmdeploy.benchmark.server;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread that stands for an engine: at a fixed rate it gives one token to everybody. */
final class Ticker {
  private static final long SECOND = 1_000_000_000L;

  private final Set<Runnable> takers = ConcurrentHashMap.newKeySet();
  private final AtomicLong given = new AtomicLong();
  private final long period;
  private final Thread thread;

  /**
   * @param rate tokens a second of each taker
   */
  Ticker(int rate) {
    period = SECOND / rate;
    thread = Thread.ofPlatform().name("engine-ticker").daemon().start(this::run);
  }

  void add(Runnable taker) {
    takers.add(taker);
  }

  void remove(Runnable taker) {
    takers.remove(taker);
  }

  /** Tokens that were given so far. */
  long given() {
    return given.get();
  }

  /** The processor time of this thread, nanoseconds. */
  long processorNanos() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
  }

  private void run() {
    long next = System.nanoTime();
    while (true) {
      next += period;
      for (long wait = next - System.nanoTime(); wait > 0; wait = next - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      for (Runnable taker : takers) {
        taker.run();
        given.incrementAndGet();
      }
    }
  }
}
