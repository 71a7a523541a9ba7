package org.lmdeploy.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.bench.data.Request;

@Timeout(60)
class LoadDriverTest {
  private static List<Request> requests(int count) {
    return Collections.nCopies(count, Request.of(new int[] {1, 2}, 3));
  }

  @Test
  void soManyAreUnderWayAtOnceAndNoMore() throws InterruptedException {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(4);
    Target target =
        (request, clock) -> {
          most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          awaitAll(together);
          clock.arrive(3);
          underWay.decrementAndGet();
        };
    Run run = LoadDriver.run(requests(16), target, Arrivals.closed(4));
    assertEquals(16, run.succeeded().size());
    assertEquals(4, most.get());
  }

  private static void awaitAll(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await();
    } catch (java.util.concurrent.BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anAnswerThatEndsEarlyIsAFailure() throws InterruptedException {
    Run run = LoadDriver.run(requests(2), (_, clock) -> clock.arrive(2), Arrivals.closed(1));
    assertEquals(List.of(), run.succeeded());
    String failure = run.outcomes().getFirst().failure().orElseThrow();
    assertEquals("the answer has 2 tokens; 3 were asked for", failure);
  }

  @Test
  void oneFailureDoesNotEndTheRun() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Target target =
        (_, clock) -> {
          if (calls.getAndIncrement() == 0) {
            throw new IOException("refused");
          }
          clock.arrive(3);
        };
    Run run = LoadDriver.run(requests(3), target, Arrivals.closed(1));
    assertEquals(2, run.succeeded().size());
    assertEquals("IOException: refused", run.outcomes().getFirst().failure().orElseThrow());
  }

  @Test
  void arrivalsOfARateAreAPoissonProcess() {
    long[] due = new Arrivals(50, 1, 3).schedule(20_000);
    assertEquals(0, due[0]);
    double[] gaps = new double[due.length - 1];
    for (int i = 1; i < due.length; i++) {
      gaps[i - 1] = (due[i] - due[i - 1]) * 1e-9;
    }
    double mean = java.util.Arrays.stream(gaps).average().orElseThrow();
    double squares = java.util.Arrays.stream(gaps).map(gap -> gap * gap).average().orElseThrow();
    assertEquals(0.02, mean, 0.0005);
    // of an exponential distribution the mean square is twice the square of the mean
    assertEquals(2, squares / (mean * mean), 0.1);
  }

  @Test
  void tokensCountedAtTheEndAreSpreadOverTheArrivals() {
    TokenClock clock = TokenClock.at(0, 8);
    for (int i = 1; i <= 3; i++) {
      clock.arrive(1, i);
    }
    clock.spread(7);
    assertEquals(7, clock.tokens());
    assertEquals(7, clock.tokens(0) + clock.tokens(1) + clock.tokens(2));
    assertTrue(clock.tokens(0) >= 2 && clock.tokens(2) >= 2);
  }
}
