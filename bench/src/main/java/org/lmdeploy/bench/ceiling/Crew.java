package org.lmdeploy.bench.ceiling;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread for each processor. Work is cut into pieces that whoever is free takes, so that a
 * processor that is busy with something else slows a measurement no more than it must.
 */
final class Crew implements AutoCloseable {
  private final int size = Runtime.getRuntime().availableProcessors();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          size, Thread.ofPlatform().name("ceiling-", 0).daemon().factory());

  /** A piece of a measurement. */
  @FunctionalInterface
  interface Piece {
    void run(int index);
  }

  /** Runs all pieces on all processors and gives the seconds that it took. */
  double seconds(int pieces, Piece piece) {
    AtomicInteger next = new AtomicInteger();
    // The clock is read by the threads that work: the one that waits is woken late on a busy
    // machine, and a start noted late makes a ceiling that no machine has.
    AtomicLong start = new AtomicLong();
    AtomicLong end = new AtomicLong(Long.MIN_VALUE);
    Phaser awake =
        new Phaser(size) {
          @Override
          protected boolean onAdvance(int phase, int parties) {
            start.set(System.nanoTime());
            return true;
          }
        };
    Phaser done = new Phaser(size + 1);
    for (int i = 0; i < size; i++) {
      threads.execute(
          () -> {
            awake.arriveAndAwaitAdvance();
            for (int k = next.getAndIncrement(); k < pieces; k = next.getAndIncrement()) {
              piece.run(k);
            }
            end.accumulateAndGet(System.nanoTime(), Math::max);
            done.arrive();
          });
    }
    done.arriveAndAwaitAdvance();
    return (end.get() - start.get()) * 1e-9;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
