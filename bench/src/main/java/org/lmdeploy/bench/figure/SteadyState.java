package org.lmdeploy.bench.figure;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.bench.load.Outcome;
import org.lmdeploy.bench.load.TokenClock;

/**
 * The part of a closed loop in which it was full: from the first token of the request that filled
 * it until the last request was sent. Before it the batch grows, after it the batch shrinks.
 *
 * @param seconds how long it was
 * @param outputThroughput tokens of answers in a second of it
 */
public record SteadyState(double seconds, double outputThroughput) {
  /** A run shorter than this many times its concurrency has no steady part worth a figure. */
  private static final int LEAST_TURNS = 3;

  static Optional<SteadyState> of(List<Outcome> outcomes, int concurrency) {
    if (outcomes.size() < (long) LEAST_TURNS * concurrency) {
      return Optional.empty();
    }
    long[] sent = outcomes.stream().mapToLong(outcome -> outcome.clock().sent()).toArray();
    Arrays.sort(sent);
    long filled = sent[concurrency - 1];
    long from =
        outcomes.stream()
            .map(Outcome::clock)
            .filter(clock -> clock.sent() <= filled)
            .mapToLong(TokenClock::first)
            .max()
            .orElseThrow();
    long to = sent[sent.length - 1];
    if (to <= from) {
      return Optional.empty();
    }
    long tokens =
        outcomes.stream().mapToLong(outcome -> tokensBetween(outcome.clock(), from, to)).sum();
    double seconds = (to - from) * 1e-9;
    return Optional.of(new SteadyState(seconds, tokens / seconds));
  }

  /** Tokens that came after one time and not after another. */
  static long tokensBetween(TokenClock clock, long after, long until) {
    long tokens = 0;
    for (int i = 0; i < clock.arrivals(); i++) {
      if (clock.time(i) - after > 0 && clock.time(i) - until <= 0) {
        tokens += clock.tokens(i);
      }
    }
    return tokens;
  }
}
