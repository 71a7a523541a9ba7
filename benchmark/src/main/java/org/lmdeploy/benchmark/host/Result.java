package org.lmdeploy.benchmark.host;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.lmdeploy.bench.ceiling.Rate;

/**
 * All readings of one job.
 *
 * @param job what was timed
 * @param amount bytes or operations of a step
 * @param readings one for each round
 */
public record Result(Job job, double amount, List<Reading> readings) {
  /** Copies the list. */
  public Result {
    readings = List.copyOf(readings);
  }

  /** Tokens in a second of the fastest step. */
  @JsonProperty("bestTokens")
  public double bestTokens() {
    return job.tokens() / bestSeconds();
  }

  /** Tokens in a second: the middle one of the readings' medians. */
  @JsonProperty("medianTokens")
  public double medianTokens() {
    return median(reading -> job.tokens() / reading.timing().median());
  }

  /** The best ceiling of all that were measured around the readings. */
  @JsonProperty("bestCeiling")
  public double bestCeiling() {
    return ceilings().mapToDouble(Rate::best).max().orElseThrow();
  }

  /** The middle one of the ceilings' medians. */
  @JsonProperty("medianCeiling")
  public double medianCeiling() {
    return middle(ceilings().map(Rate::median).toList());
  }

  /** The fastest step as a share of the best ceiling: what the engine can do. */
  @JsonProperty("bestShare")
  public double bestShare() {
    return amount / bestSeconds() / bestCeiling();
  }

  /**
   * The middle one of the readings' shares, each against the ceilings right before and after it:
   * what the engine makes of a machine that others use too.
   */
  @JsonProperty("medianShare")
  public double medianShare() {
    return median(this::share);
  }

  /** Processors that this process had on average while it was timed. */
  public double processors() {
    return median(reading -> reading.timing().processors());
  }

  private double share(Reading reading) {
    double ceiling =
        (job.ceiling(reading.before()).median() + job.ceiling(reading.after()).median()) / 2;
    return amount / reading.timing().median() / ceiling;
  }

  private double bestSeconds() {
    return readings.stream()
        .map(Reading::timing)
        .min(Comparator.comparingDouble(Timing::best))
        .orElseThrow()
        .best();
  }

  private Stream<Rate> ceilings() {
    return readings.stream()
        .flatMap(reading -> Stream.of(reading.before(), reading.after()))
        .map(job::ceiling);
  }

  private double median(ToDoubleFunction<Reading> value) {
    return middle(readings.stream().map(value::applyAsDouble).toList());
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
