package org.lmdeploy.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.bench.data.Request;

/** Makes runs whose times are known, for tests of what is computed from them. */
public final class RunOf {
  private static final long MILLI = 1_000_000;

  private final List<Outcome> outcomes = new ArrayList<>();
  private long end;

  /**
   * Adds an answer.
   *
   * @param sent milliseconds after the start
   * @param arrivals pairs of milliseconds after the start and tokens
   */
  public RunOf answer(int promptTokens, long sent, long... arrivals) {
    int tokens = 0;
    for (int i = 1; i < arrivals.length; i += 2) {
      tokens += (int) arrivals[i];
    }
    TokenClock clock = TokenClock.at(sent * MILLI, tokens);
    for (int i = 0; i < arrivals.length; i += 2) {
      clock.arrive((int) arrivals[i + 1], arrivals[i] * MILLI);
      end = Math.max(end, arrivals[i] * MILLI);
    }
    outcomes.add(new Outcome(Request.of(new int[promptTokens], tokens), clock, Optional.empty()));
    return this;
  }

  /** Adds a request that failed. */
  public RunOf failure(String why) {
    outcomes.add(new Outcome(Request.of(new int[] {1}, 1), new TokenClock(1), Optional.of(why)));
    return this;
  }

  /** The run so far. */
  public Run run() {
    return new Run(outcomes, 0, end, 1);
  }
}
