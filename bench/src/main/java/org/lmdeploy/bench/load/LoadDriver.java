package org.lmdeploy.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.bench.data.Request;

/**
 * Sends requests and notes how each goes: one virtual thread for each that may be under way at
 * once, each taking the next request when it is due. What is allocated is allocated before the
 * clock starts.
 */
public final class LoadDriver {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final List<Request> requests;
  private final Target target;
  private final TokenClock[] clocks;
  private final Outcome[] outcomes;
  private final long[] due;
  private final AtomicInteger next = new AtomicInteger();
  private long start;

  private LoadDriver(List<Request> requests, Target target, Arrivals arrivals) {
    this.requests = requests;
    this.target = target;
    this.clocks = new TokenClock[requests.size()];
    Arrays.setAll(clocks, i -> new TokenClock(requests.get(i).outputTokens()));
    this.outcomes = new Outcome[requests.size()];
    this.due = arrivals.schedule(requests.size());
  }

  /** Sends all requests and waits for all answers. */
  public static Run run(List<Request> requests, Target target, Arrivals arrivals)
      throws InterruptedException {
    LoadDriver driver = new LoadDriver(List.copyOf(requests), target, arrivals);
    return driver.run(Math.min(arrivals.concurrency(), requests.size()));
  }

  private Run run(int threads) throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    Thread[] readers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      readers[i] = Thread.ofVirtual().name("benchmark-", i).start(() -> work(go));
    }
    long processorTime = SYSTEM.getProcessCpuTime();
    start = System.nanoTime();
    go.countDown();
    try {
      for (Thread reader : readers) {
        reader.join();
      }
    } catch (InterruptedException e) {
      for (Thread reader : readers) {
        reader.interrupt();
      }
      throw e;
    }
    long end = System.nanoTime();
    double processors = (double) (SYSTEM.getProcessCpuTime() - processorTime) / (end - start);
    if (Arrays.asList(outcomes).contains(null)) {
      throw new IllegalStateException("a reader of answers died; its trace was printed");
    }
    return new Run(List.of(outcomes), start, end, processors);
  }

  private void work(CountDownLatch go) {
    try {
      go.await();
      for (int i = next.getAndIncrement(); i < outcomes.length; i = next.getAndIncrement()) {
        awaitDue(start + due[i]);
        outcomes[i] = answer(requests.get(i), clocks[i]);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitDue(long time) throws InterruptedException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private Outcome answer(Request request, TokenClock clock) throws InterruptedException {
    clock.start();
    Optional<String> failure = Optional.empty();
    try {
      target.answer(request, clock);
      boolean complete =
          target.isExact()
              ? clock.tokens() == request.outputTokens()
              : clock.tokens() >= 1 && clock.tokens() <= request.outputTokens();
      if (!complete) {
        failure =
            Optional.of(
                "the answer has "
                    + clock.tokens()
                    + " tokens; "
                    + request.outputTokens()
                    + " were asked for");
      }
    } catch (IOException | LmDeployException e) {
      failure = Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return new Outcome(request, clock, failure);
  }
}
