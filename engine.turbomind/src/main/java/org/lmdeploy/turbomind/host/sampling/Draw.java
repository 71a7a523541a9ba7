package org.lmdeploy.turbomind.host.sampling;

import org.lmdeploy.api.ops.SamplingRow;

/**
 * One draw by inverse transform: among all ids in their order, or, where top-k, top-p or min-p
 * restrict them, among the candidates in descending order of probability.
 */
final class Draw {
  private Draw() {}

  static int from(float[] logits, int likeliest, SamplingRow row) {
    double u = CounterRandom.uniform(row.seed(), row.position());
    double inverseTemperature = 1.0 / row.temperature();
    float largest = logits[likeliest];
    boolean unrestricted = row.topK() == 0 && row.topP() == 1 && row.minP() == 0;
    return unrestricted
        ? amongAll(logits, likeliest, largest, inverseTemperature, u)
        : amongCandidates(logits, largest, inverseTemperature, u, row);
  }

  private static int amongAll(
      float[] logits, int likeliest, float largest, double inverseTemperature, double u) {
    double left = u * total(logits, largest, inverseTemperature);
    for (int id = 0; id < logits.length; id++) {
      double weight = weight(logits[id], largest, inverseTemperature);
      if (weight > 0 && left < weight) {
        return id;
      }
      left -= weight;
    }
    // Rounding may leave a rest behind the last id.
    return likeliest;
  }

  private static int amongCandidates(
      float[] logits, float largest, double inverseTemperature, double u, SamplingRow row) {
    Candidates candidates = candidates(logits, largest, inverseTemperature, row);
    double[] weights = new double[candidates.count()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weight(logits[candidates.id(i)], largest, inverseTemperature);
      sum += weights[i];
    }
    // With top-k the probabilities are those among the k; else among all, of which these are the
    // top.
    double all = row.topK() > 0 ? sum : total(logits, largest, inverseTemperature);
    int kept = kept(weights, all, row);
    double keptSum = 0;
    for (int i = 0; i < kept; i++) {
      keptSum += weights[i];
    }
    double left = u * keptSum;
    for (int i = 0; i < kept; i++) {
      if (left < weights[i]) {
        return candidates.id(i);
      }
      left -= weights[i];
    }
    return candidates.id(0);
  }

  private static Candidates candidates(
      float[] logits, float largest, double inverseTemperature, SamplingRow row) {
    if (row.topK() > 0) {
      return Candidates.top(logits, row.topK());
    }
    // Ids whose probability is below (1 - p) / vocabulary add up to less than 1 - p, so that top-p
    // never needs them; this leaves few to sort.
    double least = (1.0 - row.topP()) / logits.length * total(logits, largest, inverseTemperature);
    double leastLogit =
        least > 0 ? largest + Math.log(least) / inverseTemperature : Double.NEGATIVE_INFINITY;
    return new Candidates(logits, Math.nextDown((float) leastLogit));
  }

  /** How many candidates top-p and min-p keep, at least one. */
  private static int kept(double[] weights, double all, SamplingRow row) {
    double mass = row.topP() * all;
    double least = row.minP() * weights[0];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (i > 0 && (sum >= mass || weights[i] < least)) {
        return i;
      }
      sum += weights[i];
    }
    return weights.length;
  }

  private static double total(float[] logits, float largest, double inverseTemperature) {
    double sum = 0;
    for (float logit : logits) {
      sum += weight(logit, largest, inverseTemperature);
    }
    return sum;
  }

  private static double weight(float logit, float largest, double inverseTemperature) {
    return Math.exp((logit - largest) * inverseTemperature);
  }
}
