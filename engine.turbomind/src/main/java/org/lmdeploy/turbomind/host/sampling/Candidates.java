package org.lmdeploy.turbomind.host.sampling;

import java.util.Arrays;

/**
 * Ids of a row of logits in descending order of logit, the lower id first among equals. Each id is
 * kept as one sortable long, so that sorting needs no objects.
 */
final class Candidates {
  private long[] keys;
  private int count;

  /** All ids whose logit is at least {@code least}. */
  Candidates(float[] logits, float least) {
    keys = new long[64];
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] >= least && logits[id] != Float.NEGATIVE_INFINITY) {
        if (count == keys.length) {
          keys = Arrays.copyOf(keys, count * 2);
        }
        keys[count++] = (long) descending(logits[id]) << 32 | id;
      }
    }
    Arrays.sort(keys, 0, count);
  }

  /** The {@code k} ids with the largest logits. */
  static Candidates top(float[] logits, int k) {
    return k >= logits.length
        ? new Candidates(logits, Float.NEGATIVE_INFINITY)
        : new Candidates(logits, Selection.kthLargest(logits, k)).limit(k);
  }

  Candidates limit(int most) {
    count = Math.min(count, most);
    return this;
  }

  int count() {
    return count;
  }

  int id(int index) {
    return (int) keys[index];
  }

  /** Bits of a float as an int that grows as the float falls. */
  private static int descending(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    int ascending = bits ^ (bits >> 31 & 0x7FFFFFFF);
    return ~ascending;
  }
}
