package org.lmdeploy.bench.load;

import java.util.Arrays;

/**
 * When the tokens of one answer came: an entry for each arrival, with the number of its tokens.
 * Written by the one thread that reads the answer, without garbage; read by others afterwards.
 */
public final class TokenClock {
  private final long[] times;
  private final int[] tokens;
  private int arrivals;
  private int total;
  private long sent;
  private int cachedTokens;

  /**
   * A clock for an answer.
   *
   * @param mostTokens tokens that the answer may have
   */
  public TokenClock(int mostTokens) {
    times = new long[mostTokens];
    tokens = new int[mostTokens];
  }

  /** The request is sent now. */
  void start() {
    sent = System.nanoTime();
  }

  /** Some tokens came now. */
  public void arrive(int count) {
    arrive(count, System.nanoTime());
  }

  /** Some tokens came at a time of {@link System#nanoTime()}. */
  void arrive(int count, long time) {
    if (count == 0) {
      return;
    }
    // More arrivals than were asked for are wrong and told as such by who compares the counts.
    int slot = Math.min(arrivals, times.length - 1);
    times[slot] = time;
    tokens[slot] += count;
    arrivals = slot + 1;
    total += count;
  }

  /** A request sent at a time of {@link System#nanoTime()}; for tests of what is computed. */
  static TokenClock at(long sent, int mostTokens) {
    TokenClock clock = new TokenClock(mostTokens);
    clock.sent = sent;
    return clock;
  }

  /**
   * Spreads tokens evenly over the arrivals: for servers that tell only at the end how many tokens
   * there were.
   */
  void spread(int allTokens) {
    Arrays.fill(tokens, 0, arrivals, 0);
    for (int i = 0; i < allTokens; i++) {
      tokens[(int) ((long) i * arrivals / allTokens)]++;
    }
    total = allTokens;
  }

  void setCachedTokens(int count) {
    cachedTokens = count;
  }

  /** Tokens of the prompt that were taken from the prefix cache. */
  public int cachedTokens() {
    return cachedTokens;
  }

  /** Arrivals: chunks of the stream that had tokens. */
  public int arrivals() {
    return arrivals;
  }

  /** Tokens of the answer so far. */
  public int tokens() {
    return total;
  }

  /** Tokens of an arrival. */
  public int tokens(int arrival) {
    return tokens[arrival];
  }

  /** When an arrival was, in {@link System#nanoTime()}. */
  public long time(int arrival) {
    return times[arrival];
  }

  /** When the request was sent. */
  public long sent() {
    return sent;
  }

  /** When the first token came. */
  public long first() {
    return times[0];
  }

  /** When the last token came. */
  public long last() {
    return times[arrivals - 1];
  }
}
