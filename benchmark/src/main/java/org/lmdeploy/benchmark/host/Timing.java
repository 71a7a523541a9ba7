package org.lmdeploy.benchmark.host;

import java.util.Arrays;

/**
 * How long a step took.
 *
 * @param best seconds of the fastest step
 * @param median seconds of the middle one
 * @param processors processors that this process had on average: far below the machine's number,
 *     other processes took them
 */
public record Timing(double best, double median, double processors) {
  static Timing of(double[] seconds, double processors) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Timing(sorted[0], sorted[sorted.length / 2], processors);
  }
}
