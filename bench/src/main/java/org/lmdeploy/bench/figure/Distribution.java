package org.lmdeploy.bench.figure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Mean, deviation and percentiles of some values; percentiles as NumPy's, by interpolation. */
public final class Distribution {
  private static final int[] SHOWN = {50, 75, 90, 95, 99};

  private final double[] sorted;
  private final double mean;
  private final double deviation;

  private Distribution(double[] sorted) {
    this.sorted = sorted;
    this.mean = Arrays.stream(sorted).average().orElse(Double.NaN);
    this.deviation =
        Math.sqrt(
            Arrays.stream(sorted)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(Double.NaN));
  }

  /** The distribution of some values; they are copied. */
  public static Distribution of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Distribution(sorted);
  }

  /** How many values there are. */
  public int count() {
    return sorted.length;
  }

  /** Their mean; NaN without values. */
  public double mean() {
    return mean;
  }

  /** Their standard deviation; NaN without values. */
  public double deviation() {
    return deviation;
  }

  /** The least; NaN without values. */
  public double min() {
    return percentile(0);
  }

  /** The most; NaN without values. */
  public double max() {
    return percentile(100);
  }

  /** The middle one; NaN without values. */
  public double median() {
    return percentile(50);
  }

  /**
   * The value below which so many percent of the values lie; NaN without values.
   *
   * @param percent from 0 to 100
   */
  public double percentile(double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = percent / 100 * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** All figures by their names; empty without values. */
  public Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    if (sorted.length > 0) {
      map.put("mean", mean);
      map.put("std", deviation);
      map.put("min", min());
      for (int percent : SHOWN) {
        map.put("p" + percent, percentile(percent));
      }
      map.put("max", max());
    }
    return map;
  }
}
