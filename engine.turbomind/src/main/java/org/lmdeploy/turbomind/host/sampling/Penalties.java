package org.lmdeploy.turbomind.host.sampling;

import java.util.Arrays;
import org.lmdeploy.api.ops.SamplingRow;

/**
 * Permitted ids, bans, biases and penalties of a row of logits, in the order that {@link
 * SamplingRow} gives.
 */
final class Penalties {
  private Penalties() {}

  /** Whether logits stay as they are. */
  static boolean none(SamplingRow row) {
    return row.permitted().length == 0
        && row.banned().length == 0
        && row.biasIds().length == 0
        && row.repetitionPenalty() == 1
        && row.presencePenalty() == 0
        && row.frequencyPenalty() == 0;
  }

  static void apply(float[] logits, SamplingRow row) {
    int[] biased = row.biasIds();
    for (int i = 0; i < biased.length; i++) {
      logits[biased[i]] += row.biases()[i];
    }
    if (row.repetitionPenalty() != 1) {
      repetition(logits, row.seen(), row.repetitionPenalty());
    }
    if (row.presencePenalty() != 0 || row.frequencyPenalty() != 0) {
      counts(logits, row);
    }
    for (int id : row.banned()) {
      logits[id] = Float.NEGATIVE_INFINITY;
    }
    if (row.permitted().length > 0) {
      permit(logits, row.permitted());
    }
  }

  private static void permit(float[] logits, long[] permitted) {
    for (int from = 0; from < logits.length; from += Long.SIZE) {
      long word = from / Long.SIZE < permitted.length ? permitted[from / Long.SIZE] : 0;
      int to = Math.min(from + Long.SIZE, logits.length);
      for (int id = from; word != -1 && id < to; id++) {
        if ((word >>> id & 1) == 0) {
          logits[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  private static void repetition(float[] logits, int[] seen, float penalty) {
    int[] sorted = seen.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      int id = sorted[i];
      if (i == 0 || id != sorted[i - 1]) {
        logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
      }
    }
  }

  private static void counts(float[] logits, SamplingRow row) {
    int[] sorted = row.generated().clone();
    Arrays.sort(sorted);
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      logits[sorted[from]] -= row.presencePenalty() + (to - from) * row.frequencyPenalty();
      from = to;
    }
  }
}
