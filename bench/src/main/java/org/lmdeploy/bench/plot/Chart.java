package org.lmdeploy.bench.plot;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a plot shows.
 *
 * @param title its title
 * @param xLabel what the categories are
 * @param yLabel what the values are
 * @param categories from left to right
 * @param series each with a value for each category
 */
public record Chart(
    String title, String xLabel, String yLabel, List<String> categories, List<Series> series) {
  /**
   * The values of one report.
   *
   * @param name what it is
   * @param values a value for each category, empty where there is none
   * @param limits the limit of each, empty where it is not known
   */
  public record Series(String name, List<OptionalDouble> values, List<OptionalDouble> limits) {
    /** Copies the lists. */
    public Series {
      values = List.copyOf(values);
      limits = List.copyOf(limits);
    }
  }

  /** Copies the lists. */
  public Chart {
    categories = List.copyOf(categories);
    series = List.copyOf(series);
    for (Series each : series) {
      if (each.values().size() != categories.size() || each.limits().size() != categories.size()) {
        throw new IllegalArgumentException(each.name() + " has not a value for each category");
      }
    }
  }

  /** The highest of all values and limits; 0 without any. */
  double highest() {
    double highest = 0;
    for (Series each : series) {
      for (int i = 0; i < categories.size(); i++) {
        highest = Math.max(highest, each.values().get(i).orElse(0));
        highest = Math.max(highest, each.limits().get(i).orElse(0));
      }
    }
    return highest;
  }
}
