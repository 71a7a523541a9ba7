package org.lmdeploy.bench.ceiling;

import java.util.Arrays;

/**
 * A rate measured several times.
 *
 * @param best the highest
 * @param median the middle one
 */
public record Rate(double best, double median) {
  /** Of some measurements. */
  public static Rate of(double... rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    return new Rate(sorted[sorted.length - 1], sorted[sorted.length / 2]);
  }
}
