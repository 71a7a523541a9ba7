package org.lmdeploy.testkit.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;

/** Drawing one token in doubles, step by step as {@link SamplingRow} says. */
final class Sampler {
  private final SamplingRow row;
  private final double[] logits;

  Sampler(double[] logits, SamplingRow row) {
    this.logits = logits;
    this.row = row;
  }

  SampledToken sample() {
    adjust();
    double[] logprobs = logSoftmax(logits);
    List<Integer> ids =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id))
            .toList();
    int id = row.greedy() ? ids.getFirst() : draw(ids);
    int listed = Math.clamp(row.logprobs(), 0, ids.size());
    int[] top = ids.stream().limit(listed).mapToInt(Integer::intValue).toArray();
    float[] topLogprobs = new float[listed];
    for (int i = 0; i < listed; i++) {
      topLogprobs[i] = (float) logprobs[top[i]];
    }
    float logprob = row.logprobs() < 0 ? Float.NaN : (float) logprobs[id];
    return new SampledToken(id, logprob, top, topLogprobs);
  }

  private void adjust() {
    for (int id : row.banned()) {
      logits[id] = Double.NEGATIVE_INFINITY;
    }
    for (int i = 0; i < row.biasIds().length; i++) {
      logits[row.biasIds()[i]] += row.biases()[i];
    }
    for (int id : Arrays.stream(row.seen()).distinct().toArray()) {
      logits[id] =
          logits[id] > 0
              ? logits[id] / row.repetitionPenalty()
              : logits[id] * row.repetitionPenalty();
    }
    for (int id : Arrays.stream(row.generated()).distinct().toArray()) {
      long count = Arrays.stream(row.generated()).filter(other -> other == id).count();
      logits[id] -= row.presencePenalty() + row.frequencyPenalty() * count;
    }
  }

  /** The ids come likeliest first. */
  private int draw(List<Integer> ids) {
    int kept = row.topK() > 0 ? Math.min(row.topK(), ids.size()) : ids.size();
    double[] candidates = new double[kept];
    for (int i = 0; i < kept; i++) {
      candidates[i] = logits[ids.get(i)] / row.temperature();
    }
    double[] probabilities = Arrays.stream(logSoftmax(candidates)).map(Math::exp).toArray();
    double mass = 0;
    int nucleus = 0;
    while (nucleus < kept && mass < row.topP()) {
      mass += probabilities[nucleus++];
    }
    double least = row.minP() * probabilities[0];
    while (nucleus > 1 && probabilities[nucleus - 1] < least) {
      mass -= probabilities[--nucleus];
    }
    double at = new SplittableRandom(row.seed() * 31 + row.position()).nextDouble() * mass;
    int chosen = 0;
    while (chosen < nucleus - 1 && at >= probabilities[chosen]) {
      at -= probabilities[chosen++];
    }
    return ids.get(chosen);
  }

  private static double[] logSoftmax(double[] values) {
    double largest = Arrays.stream(values).max().orElseThrow();
    double sum = Arrays.stream(values).map(value -> Math.exp(value - largest)).sum();
    return Arrays.stream(values).map(value -> value - largest - Math.log(sum)).toArray();
  }
}
