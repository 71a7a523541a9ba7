package org.lmdeploy.bench.figure;

import java.util.List;
import org.lmdeploy.bench.load.Outcome;
import org.lmdeploy.bench.load.TokenClock;

/**
 * The times between the tokens of answers, for each token and not for each chunk: tokens that came
 * together share the time since those before. Tokens that came together with the first have none.
 *
 * @param gaps milliseconds
 * @param perArrival how many tokens came at once on average
 */
public record TokenGaps(Distribution gaps, double perArrival) {
  static TokenGaps of(List<Outcome> outcomes) {
    int count = 0;
    long tokens = 0;
    long arrivals = 0;
    for (Outcome outcome : outcomes) {
      TokenClock clock = outcome.clock();
      count += clock.tokens() - clock.tokens(0);
      tokens += clock.tokens();
      arrivals += clock.arrivals();
    }
    double[] gaps = new double[count];
    int at = 0;
    for (Outcome outcome : outcomes) {
      at = fill(gaps, at, outcome.clock());
    }
    return new TokenGaps(Distribution.of(gaps), arrivals == 0 ? 0 : (double) tokens / arrivals);
  }

  private static int fill(double[] gaps, int from, TokenClock clock) {
    int at = from;
    long last = clock.first();
    for (int i = 1; i < clock.arrivals(); i++) {
      int tokens = clock.tokens(i);
      if (tokens > 0) {
        double gap = (clock.time(i) - last) * Latencies.MILLI / tokens;
        for (int k = 0; k < tokens; k++) {
          gaps[at++] = gap;
        }
        last = clock.time(i);
      }
    }
    return at;
  }
}
