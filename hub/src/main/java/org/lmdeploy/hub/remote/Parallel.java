package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs a few things at once; the first failure ends them all. */
final class Parallel {
  private static final int THREADS = 4;

  private Parallel() {}

  /** The results, in no order. */
  static <T> List<T> run(List<Callable<T>> tasks) throws IOException, InterruptedException {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofVirtual().name("lmdeploy-hub-", 0).factory())) {
      try {
        ExecutorCompletionService<T> running = new ExecutorCompletionService<>(threads);
        tasks.forEach(running::submit);
        List<T> results = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
          results.add(running.take().get());
        }
        return results;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException failure -> throw failure;
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          default -> throw new IllegalStateException("a download failed", e.getCause());
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
