package org.lmdeploy.bench.load;

import java.util.List;

/**
 * All requests of a run.
 *
 * @param outcomes in the order of the requests
 * @param start when the first was sent, in {@link System#nanoTime()}
 * @param end when the last had its answer
 * @param processors processors that this process had on average meanwhile
 */
public record Run(List<Outcome> outcomes, long start, long end, double processors) {
  private static final double NANO = 1e-9;

  /** Copies the list. */
  public Run {
    outcomes = List.copyOf(outcomes);
  }

  /** Seconds from the first request to the last answer. */
  public double seconds() {
    return (end - start) * NANO;
  }

  /** Those that have complete answers. */
  public List<Outcome> succeeded() {
    return outcomes.stream().filter(Outcome::succeeded).toList();
  }
}
