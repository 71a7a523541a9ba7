package org.lmdeploy.server.http.observe;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/** The values of one histogram, counted by bucket. Safe for many threads. */
final class Distribution {
  private final double[] bounds;
  private final AtomicLongArray counts;
  private final DoubleAdder sum = new DoubleAdder();

  /**
   * @param bounds upper bounds, ascending
   */
  Distribution(double... bounds) {
    this.bounds = Arrays.copyOf(bounds, bounds.length + 1);
    this.bounds[bounds.length] = Double.POSITIVE_INFINITY;
    this.counts = new AtomicLongArray(this.bounds.length);
  }

  void add(double value) {
    counts.incrementAndGet(bucket(value));
    sum.add(value);
  }

  /**
   * Adds many values at once.
   *
   * @param more how many there are in each bucket
   * @param total their sum
   */
  void addAll(int[] more, double total) {
    for (int i = 0; i < more.length; i++) {
      if (more[i] > 0) {
        counts.addAndGet(i, more[i]);
      }
    }
    sum.add(total);
  }

  /** How many buckets there are. */
  int buckets() {
    return bounds.length;
  }

  /** The bucket of a value. */
  int bucket(double value) {
    int i = 0;
    while (value > bounds[i]) {
      i++;
    }
    return i;
  }

  HistogramDataPointSnapshot snapshot(Labels labels) {
    long[] now = new long[bounds.length];
    Arrays.setAll(now, counts::get);
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, now))
        .sum(sum.sum())
        .labels(labels)
        .build();
  }
}
