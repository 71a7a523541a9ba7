package org.lmdeploy.benchmark.ceiling;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;

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
    Phaser phaser = new Phaser(size + 1);
    for (int i = 0; i < size; i++) {
      threads.execute(
          () -> {
            phaser.arriveAndAwaitAdvance(); // all threads are awake before the clock starts
            for (int k = next.getAndIncrement(); k < pieces; k = next.getAndIncrement()) {
              piece.run(k);
            }
            phaser.arrive();
          });
    }
    phaser.arriveAndAwaitAdvance();
    long start = System.nanoTime();
    phaser.awaitAdvance(phaser.arrive());
    return (System.nanoTime() - start) * 1e-9;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
