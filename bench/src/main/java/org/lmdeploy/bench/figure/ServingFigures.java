package org.lmdeploy.bench.figure;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.lmdeploy.bench.load.Outcome;
import org.lmdeploy.bench.load.Run;

/**
 * What a run of many requests comes to. Failed requests count for nothing but {@code failed}.
 *
 * @param seconds from the first request to the last answer
 * @param completed requests with complete answers
 * @param failures what went wrong with the others
 * @param inputTokens tokens of the prompts
 * @param outputTokens tokens of the answers
 * @param ttft milliseconds to the first token
 * @param tpot milliseconds for a token after the first: the mean of each answer
 * @param itl milliseconds between tokens
 * @param e2e milliseconds to the last token
 * @param steady the part in which the loop was full; empty for an open loop or a short run
 * @param goodput requests in a second that met the objectives; empty without objectives
 * @param processors processors that this process had on average
 */
public record ServingFigures(
    double seconds,
    int completed,
    List<String> failures,
    long inputTokens,
    long outputTokens,
    Distribution ttft,
    Distribution tpot,
    TokenGaps itl,
    Distribution e2e,
    Optional<SteadyState> steady,
    OptionalDouble goodput,
    double processors) {
  /** Copies the list. */
  public ServingFigures {
    failures = List.copyOf(failures);
  }

  /**
   * The figures of a run.
   *
   * @param concurrency requests under way at once in a closed loop, 0 for an open one
   */
  public static ServingFigures of(Run run, Slo slo, int concurrency) {
    List<Outcome> good = run.succeeded();
    List<Latencies> latencies =
        good.stream().map(outcome -> Latencies.of(outcome.clock())).toList();
    OptionalDouble goodput =
        slo.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(latencies.stream().filter(slo::isMet).count() / run.seconds());
    return new ServingFigures(
        run.seconds(),
        good.size(),
        run.outcomes().stream().flatMap(outcome -> outcome.failure().stream()).toList(),
        good.stream().mapToLong(outcome -> outcome.request().promptIds().length).sum(),
        good.stream().mapToLong(outcome -> outcome.clock().tokens()).sum(),
        distribution(latencies, Latencies::ttft),
        distribution(latencies, Latencies::tpot),
        TokenGaps.of(good),
        distribution(latencies, Latencies::e2e),
        concurrency == 0 ? Optional.empty() : SteadyState.of(good, concurrency),
        goodput,
        run.processors());
  }

  private static Distribution distribution(
      List<Latencies> latencies, ToDoubleFunction<Latencies> value) {
    return Distribution.of(
        latencies.stream().mapToDouble(value).filter(each -> !Double.isNaN(each)).toArray());
  }

  /** The same for answers that came whole: without times of tokens, which nobody saw. */
  public ServingFigures withoutTokenTimes() {
    Distribution none = Distribution.of();
    return new ServingFigures(
        seconds,
        completed,
        failures,
        inputTokens,
        outputTokens,
        none,
        none,
        new TokenGaps(none, itl.perArrival()),
        e2e,
        Optional.empty(),
        goodput,
        processors);
  }

  /** Requests in a second. */
  public double requestThroughput() {
    return completed / seconds;
  }

  /** Tokens of prompts in a second. */
  public double inputThroughput() {
    return inputTokens / seconds;
  }

  /** Tokens of answers in a second. */
  public double outputThroughput() {
    return outputTokens / seconds;
  }

  /** Tokens of prompts and answers in a second. */
  public double totalThroughput() {
    return (inputTokens + outputTokens) / seconds;
  }

  /** Tokens of a prompt on average. */
  public double meanInput() {
    return (double) inputTokens / completed;
  }

  /** Tokens of an answer on average. */
  public double meanOutput() {
    return (double) outputTokens / completed;
  }
}
