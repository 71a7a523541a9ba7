package org.lmdeploy.core.fake;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;

/**
 * Draws by bans, biases, penalties and the Gumbel trick with (seed, position); enough for tests.
 */
public final class FakeSampler {
  private FakeSampler() {}

  /** Draws from one row of logits. */
  public static SampledToken draw(double[] logits, SamplingRow row) {
    double[] scores = scores(logits, row);
    int best = -1;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < scores.length; id++) {
      double noise = Hash.unit(Hash.mix(Hash.mix(row.seed(), row.position()), id));
      double score =
          row.greedy() ? scores[id] : scores[id] / row.temperature() - Math.log(-Math.log(noise));
      if (score > bestScore) {
        best = id;
        bestScore = score;
      }
    }
    if (row.forced() >= 0) {
      best = row.forced();
    }
    if (row.logprobs() < 0) {
      return new SampledToken(best, Float.NaN, new int[0], new float[0]);
    }
    int[] top =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -scores[id]))
            .limit(row.logprobs())
            .mapToInt(Integer::intValue)
            .toArray();
    float[] logprobs = new float[top.length];
    for (int i = 0; i < top.length; i++) {
      logprobs[i] = (float) scores[top[i]];
    }
    return new SampledToken(best, (float) scores[best], top, logprobs);
  }

  private static double[] scores(double[] logits, SamplingRow row) {
    double[] scores = logits.clone();
    for (int i = 0; i < row.biasIds().length; i++) {
      scores[row.biasIds()[i]] += row.biases()[i];
    }
    if (row.repetitionPenalty() != 1) {
      for (int id : Arrays.stream(row.seen()).distinct().toArray()) {
        scores[id] *= scores[id] > 0 ? 1 / row.repetitionPenalty() : row.repetitionPenalty();
      }
    }
    for (int id : row.generated()) {
      scores[id] -= row.frequencyPenalty();
    }
    for (int id : Arrays.stream(row.generated()).distinct().toArray()) {
      scores[id] -= row.presencePenalty();
    }
    for (int id : row.banned()) {
      scores[id] = Double.NEGATIVE_INFINITY;
    }
    BitSet permitted = BitSet.valueOf(row.permitted());
    for (int id = 0; id < scores.length && row.permitted().length > 0; id++) {
      scores[id] = permitted.get(id) ? scores[id] : Double.NEGATIVE_INFINITY;
    }
    return scores;
  }
}
