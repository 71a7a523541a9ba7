package org.lmdeploy.bench.figure;

import org.lmdeploy.bench.load.TokenClock;

/**
 * The latencies of one answer in milliseconds.
 *
 * @param ttft until the first token
 * @param tpot for a token after the first, on average; NaN for an answer of one token
 * @param e2e until the last token
 */
record Latencies(double ttft, double tpot, double e2e) {
  static final double MILLI = 1e-6;

  static Latencies of(TokenClock clock) {
    double first = (clock.first() - clock.sent()) * MILLI;
    double all = (clock.last() - clock.sent()) * MILLI;
    int further = clock.tokens() - 1;
    return new Latencies(first, further == 0 ? Double.NaN : (all - first) / further, all);
  }
}
