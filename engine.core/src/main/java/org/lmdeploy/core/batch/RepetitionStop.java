package org.lmdeploy.core.batch;

import java.util.Arrays;

/**
 * Ends an answer that turns in circles: once its last {@code size} tokens stand {@code threshold}
 * times among its last {@value #WINDOW} tokens, occurrences that overlap included.
 *
 * @param size tokens that are compared; 0 if no repetition ends an answer
 * @param threshold how often they must stand there, the last time included; 0 likewise
 */
record RepetitionStop(int size, int threshold) {
  /** LMDeploy's, so that a long answer is not searched from its beginning for every token. */
  static final int WINDOW = 1024;

  /** Whether the answer in {@code tokens[start, end)} has come so far. */
  boolean reached(int[] tokens, int start, int end) {
    if (size == 0 || threshold == 0 || size > WINDOW) {
      return false;
    }
    int first = Math.max(start, end - WINDOW);
    int last = end - size;
    int count = 0;
    for (int at = last; at >= first && count < threshold; at--) {
      if (Arrays.equals(tokens, at, at + size, tokens, last, end)) {
        count++;
      }
    }
    return count == threshold;
  }
}
