package org.lmdeploy.server.http.observe;

/**
 * The times between the tokens of one answer. Counted here without any other thread's taking part,
 * and given to the model's histograms when the answer has ended: a token costs nothing but looking
 * up its bucket. Used by the thread that reads the answer.
 */
final class TokenGaps {
  private static final double NANOS = 1e-9;

  private final Distribution target;
  private int[] counts;
  private double sum;

  TokenGaps(Distribution target) {
    this.target = target;
  }

  void add(long nanos) {
    if (counts == null) {
      counts = new int[target.buckets()];
    }
    double seconds = nanos * NANOS;
    counts[target.bucket(seconds)]++;
    sum += seconds;
  }

  /** Gives away what was counted. */
  void flush() {
    if (counts != null) {
      target.addAll(counts, sum);
      counts = null;
      sum = 0;
    }
  }
}
