package org.lmdeploy.bench.load;

import java.util.Random;

/**
 * When requests are sent.
 *
 * @param rate requests in a second, drawn as a Poisson process; infinite for as soon as may be
 * @param concurrency most requests under way at once
 * @param seed seed of the draws
 */
public record Arrivals(double rate, int concurrency, long seed) {
  /** Checks the numbers. */
  public Arrivals {
    if (!(rate > 0) || concurrency < 1) {
      throw new IllegalArgumentException("rate " + rate + ", concurrency " + concurrency);
    }
  }

  /** A closed loop: the next request is sent when one of those under way has its answer. */
  public static Arrivals closed(int concurrency) {
    return new Arrivals(Double.POSITIVE_INFINITY, concurrency, 0);
  }

  /** Nanoseconds after the start at which each of so many requests is due. */
  long[] schedule(int count) {
    long[] due = new long[count];
    if (rate == Double.POSITIVE_INFINITY) {
      return due;
    }
    Random random = new Random(seed);
    double seconds = 0;
    for (int i = 0; i < count; i++) {
      due[i] = (long) (seconds * 1e9);
      seconds -= Math.log(1 - random.nextDouble()) / rate;
    }
    return due;
  }
}
