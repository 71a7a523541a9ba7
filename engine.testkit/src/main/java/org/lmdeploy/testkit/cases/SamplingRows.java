package org.lmdeploy.testkit.cases;

import org.lmdeploy.api.ops.SamplingRow;

/** Sampling rows in short. */
public final class SamplingRows {
  private static final int[] NO_IDS = {};

  private SamplingRows() {}

  /** The largest logit, with some log probabilities. */
  public static SamplingRow greedy(int logprobs) {
    return SamplingRow.greedy(logprobs);
  }

  /** Greedy with everything that changes logits first. */
  public static SamplingRow adjusted(
      float repetition,
      float presence,
      float frequency,
      int[] seen,
      int[] generated,
      int[] biasIds,
      float[] biases,
      int[] banned,
      int logprobs) {
    return new SamplingRow(
        0,
        1,
        0,
        0,
        repetition,
        presence,
        frequency,
        seen,
        generated,
        biasIds,
        biases,
        banned,
        0,
        0,
        logprobs,
        SamplingRow.ALL,
        SamplingRow.NONE);
  }

  /** A draw. */
  public static SamplingRow draw(
      double temperature, double topP, int topK, double minP, long seed, int position) {
    return new SamplingRow(
        (float) temperature,
        (float) topP,
        topK,
        (float) minP,
        1,
        0,
        0,
        NO_IDS,
        NO_IDS,
        NO_IDS,
        new float[0],
        NO_IDS,
        seed,
        position,
        -1,
        SamplingRow.ALL,
        SamplingRow.NONE);
  }

  /** Another row's draw among some ids alone. */
  public static SamplingRow among(long[] permitted, SamplingRow row) {
    return with(row, permitted, row.forced());
  }

  /** A given id, with log probabilities after another row's changes of the logits. */
  public static SamplingRow forced(int id, SamplingRow row) {
    return with(row, row.permitted(), id);
  }

  private static SamplingRow with(SamplingRow row, long[] permitted, int forced) {
    return new SamplingRow(
        row.temperature(),
        row.topP(),
        row.topK(),
        row.minP(),
        row.repetitionPenalty(),
        row.presencePenalty(),
        row.frequencyPenalty(),
        row.seen(),
        row.generated(),
        row.biasIds(),
        row.biases(),
        row.banned(),
        row.seed(),
        row.position(),
        row.logprobs(),
        permitted,
        forced);
  }
}
