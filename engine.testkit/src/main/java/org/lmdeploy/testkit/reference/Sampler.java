package org.lmdeploy.testkit.reference;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;

/** Drawing one token in doubles, step by step as {@link SamplingRow} says. */
public final class Sampler {
  private final SamplingRow row;
  private final double[] logits;

  Sampler(double[] logits, SamplingRow row) {
    this.logits = logits;
    this.row = row;
  }

  /** The probability with which each id is drawn. */
  public static double[] probabilities(float[] logits, SamplingRow row) {
    double[] values = new double[logits.length];
    Arrays.setAll(values, id -> logits[id]);
    Sampler sampler = new Sampler(values, row);
    sampler.adjust();
    List<Integer> ids = sampler.likeliestFirst();
    double[] candidates = sampler.candidates(ids);
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < candidates.length; i++) {
      probabilities[ids.get(i)] = candidates[i];
    }
    return probabilities;
  }

  SampledToken sample() {
    adjust();
    double[] logprobs = logSoftmax(logits);
    List<Integer> ids = likeliestFirst();
    int id = row.forced() >= 0 ? row.forced() : row.greedy() ? ids.getFirst() : draw(ids);
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
    BitSet permitted = BitSet.valueOf(row.permitted());
    for (int id = 0; id < logits.length && row.permitted().length > 0; id++) {
      if (!permitted.get(id)) {
        logits[id] = Double.NEGATIVE_INFINITY;
      }
    }
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

  /** The probabilities of the ids, given likeliest first, after top-k, top-p and min-p. */
  private double[] candidates(List<Integer> ids) {
    int kept = row.topK() > 0 ? Math.min(row.topK(), ids.size()) : ids.size();
    double[] scaled = new double[kept];
    for (int i = 0; i < kept; i++) {
      scaled[i] = logits[ids.get(i)] / row.temperature();
    }
    double[] probabilities = Arrays.stream(logSoftmax(scaled)).map(Math::exp).toArray();
    double mass = 0;
    int nucleus = 0;
    while (nucleus < kept && mass < row.topP()) {
      mass += probabilities[nucleus++];
    }
    while (nucleus > 1 && probabilities[nucleus - 1] < row.minP() * probabilities[0]) {
      nucleus--;
    }
    double[] remaining = Arrays.copyOf(probabilities, nucleus);
    double sum = Arrays.stream(remaining).sum();
    return Arrays.stream(remaining).map(probability -> probability / sum).toArray();
  }

  private int draw(List<Integer> ids) {
    double[] probabilities = candidates(ids);
    double at = new SplittableRandom(row.seed() * 31 + row.position()).nextDouble();
    int chosen = 0;
    while (chosen < probabilities.length - 1 && at >= probabilities[chosen]) {
      at -= probabilities[chosen++];
    }
    return ids.get(chosen);
  }

  private List<Integer> likeliestFirst() {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id))
        .toList();
  }

  private static double[] logSoftmax(double[] values) {
    double largest = Arrays.stream(values).max().orElseThrow();
    double sum = Arrays.stream(values).map(value -> Math.exp(value - largest)).sum();
    return Arrays.stream(values).map(value -> value - largest - Math.log(sum)).toArray();
  }
}
