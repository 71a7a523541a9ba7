package org.lmdeploy.testkit.cases;

import org.lmdeploy.api.ops.SamplingRow;

/** Sampling rows in short. */
public final class SamplingRows {
  private static final int[] NO_IDS = {};

  private SamplingRows() {}

  /** The largest logit, with some log probabilities. */
  public static SamplingRow greedy(int logprobs) {
    return new SamplingRow(
        1, 1, 1, 0, 1, 0, 0, NO_IDS, NO_IDS, NO_IDS, new float[0], NO_IDS, 0, 0, logprobs);
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
        logprobs);
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
        -1);
  }
}
