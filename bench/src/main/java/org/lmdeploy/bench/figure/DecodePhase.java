package org.lmdeploy.bench.figure;

import java.util.List;
import java.util.OptionalDouble;
import org.lmdeploy.bench.load.Outcome;
import org.lmdeploy.bench.load.Run;
import org.lmdeploy.bench.load.TokenClock;

/**
 * The decoding of a static batch without its prefill.
 *
 * @param throughput tokens in a second from the moment when every sequence has its first token
 *     until all are done
 * @param fullBatch tokens in a second from that moment until the first sequence is done: only while
 *     the batch is whole; empty if it never was
 */
public record DecodePhase(OptionalDouble throughput, OptionalDouble fullBatch) {
  static DecodePhase of(Run run) {
    List<TokenClock> clocks = run.succeeded().stream().map(Outcome::clock).toList();
    if (clocks.isEmpty()) {
      return new DecodePhase(OptionalDouble.empty(), OptionalDouble.empty());
    }
    long from = clocks.stream().mapToLong(TokenClock::first).max().orElseThrow();
    long firstDone = clocks.stream().mapToLong(TokenClock::last).min().orElseThrow();
    long allDone = clocks.stream().mapToLong(TokenClock::last).max().orElseThrow();
    return new DecodePhase(rate(clocks, from, allDone), rate(clocks, from, firstDone));
  }

  private static OptionalDouble rate(List<TokenClock> clocks, long from, long to) {
    long tokens =
        clocks.stream().mapToLong(clock -> SteadyState.tokensBetween(clock, from, to)).sum();
    return tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(tokens / ((to - from) * 1e-9));
  }
}
