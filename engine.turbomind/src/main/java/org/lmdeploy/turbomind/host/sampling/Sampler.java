package org.lmdeploy.turbomind.host.sampling;

import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;

/** Draws the next token from one row of logits, as {@link SamplingRow} says. */
public final class Sampler {
  private static final int[] NO_IDS = {};
  private static final float[] NO_LOGPROBS = {};

  private Sampler() {}

  /**
   * @param logits changed by the penalties
   * @throws DeviceFailureException if a logit is NaN or all tokens are banned
   */
  public static SampledToken sample(float[] logits, SamplingRow row) {
    if (!Penalties.none(row)) {
      Penalties.apply(logits, row);
    }
    int likeliest = argmax(logits);
    int id = drawn(logits, likeliest, row);
    return row.logprobs() < 0
        ? new SampledToken(id, Float.NaN, NO_IDS, NO_LOGPROBS)
        : withLogprobs(logits, id, logits[likeliest], row.logprobs());
  }

  private static int drawn(float[] logits, int likeliest, SamplingRow row) {
    if (row.forced() >= 0) {
      return row.forced();
    }
    return row.greedy() ? likeliest : Draw.from(logits, likeliest, row);
  }

  private static int argmax(float[] logits) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      if (logit > largest) {
        largest = logit;
        best = id;
      } else if (Float.isNaN(logit)) {
        throw new DeviceFailureException("the model computed NaN as the logit of token " + id);
      }
    }
    if (best < 0) {
      throw new DeviceFailureException("no token can be drawn: all are banned");
    }
    return best;
  }

  private static SampledToken withLogprobs(float[] logits, int id, float largest, int wanted) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double normalizer = largest + Math.log(sum);
    Candidates top = wanted == 0 ? null : Candidates.top(logits, wanted);
    int count = top == null ? 0 : top.count();
    int[] ids = new int[count];
    float[] logprobs = new float[count];
    for (int i = 0; i < count; i++) {
      ids[i] = top.id(i);
      logprobs[i] = (float) (logits[ids[i]] - normalizer);
    }
    return new SampledToken(id, (float) (logits[id] - normalizer), ids, logprobs);
  }
}
