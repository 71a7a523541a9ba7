package org.lmdeploy.bench.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Lengths distributed like ShareGPT's under LMDeploy's filter: prompts half LogNormal(ln 25, 1.0)
 * and half LogNormal(ln 510, 0.85), answers Gamma(1.1, 182), independent, what the filter rejects
 * drawn again. The means (225 and 204) are those that were published for Llama-3's tokenizer; the
 * shape is an estimate, which reports say.
 */
public final class ShareGptLikeLengths {
  private static final double SHORT_MEDIAN = 25;
  private static final double SHORT_SIGMA = 1.0;
  private static final double LONG_MEDIAN = 510;
  private static final double LONG_SIGMA = 0.85;
  private static final double SHAPE = 1.1;
  private static final double SCALE = 182;

  private final Random random;

  private ShareGptLikeLengths(long seed) {
    this.random = new Random(seed);
  }

  /** The first {@code count} lengths of a seed. */
  public static List<Lengths> draw(int count, long seed) {
    ShareGptLikeLengths generator = new ShareGptLikeLengths(seed);
    List<Lengths> lengths = new ArrayList<>(count);
    while (lengths.size() < count) {
      int prompt = (int) Math.round(generator.prompt());
      int output = (int) Math.round(generator.output());
      if (Lengths.passes(prompt, output)) {
        lengths.add(new Lengths(prompt, output));
      }
    }
    return lengths;
  }

  private double prompt() {
    return random.nextBoolean()
        ? SHORT_MEDIAN * Math.exp(SHORT_SIGMA * random.nextGaussian())
        : LONG_MEDIAN * Math.exp(LONG_SIGMA * random.nextGaussian());
  }

  private double output() {
    return SCALE * gamma(SHAPE);
  }

  /** Marsaglia and Tsang's rejection method, for shapes from 1 on. */
  private double gamma(double shape) {
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double root = 1 + c * x;
      double v = root * root * root;
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}
