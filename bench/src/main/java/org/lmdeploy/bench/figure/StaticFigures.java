package org.lmdeploy.bench.figure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.lmdeploy.bench.load.Outcome;
import org.lmdeploy.bench.load.Run;

/**
 * What some rounds of one static batch come to.
 *
 * @param outputThroughput tokens of answers in a second, prefill included: of each round
 * @param decodeThroughput the same without prefill, as {@link DecodePhase#throughput}
 * @param fullBatchThroughput the same while the batch is whole, as {@link DecodePhase#fullBatch}
 * @param ttft milliseconds to the first token, of all rounds
 * @param itl milliseconds between tokens, of all rounds
 * @param failures what went wrong
 */
public record StaticFigures(
    Distribution outputThroughput,
    Distribution decodeThroughput,
    Distribution fullBatchThroughput,
    Distribution ttft,
    TokenGaps itl,
    List<String> failures) {
  /** Copies the list. */
  public StaticFigures {
    failures = List.copyOf(failures);
  }

  /** The figures of some rounds. */
  public static StaticFigures of(List<Run> rounds) {
    List<Outcome> good = rounds.stream().flatMap(run -> run.succeeded().stream()).toList();
    return new StaticFigures(
        of(rounds, run -> OptionalDouble.of(outputTokens(run) / run.seconds())),
        of(rounds, run -> DecodePhase.of(run).throughput()),
        of(rounds, run -> DecodePhase.of(run).fullBatch()),
        Distribution.of(
            good.stream().mapToDouble(each -> Latencies.of(each.clock()).ttft()).toArray()),
        TokenGaps.of(good),
        rounds.stream()
            .flatMap(run -> run.outcomes().stream())
            .flatMap(outcome -> outcome.failure().stream())
            .toList());
  }

  private static double outputTokens(Run run) {
    return run.succeeded().stream().mapToLong(outcome -> outcome.clock().tokens()).sum();
  }

  private static Distribution of(List<Run> rounds, Function<Run, OptionalDouble> value) {
    return Distribution.of(
        rounds.stream()
            .map(value)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .toArray());
  }
}
