package org.lmdeploy.testkit.cases;

import java.util.stream.IntStream;
import org.lmdeploy.api.ops.RotarySpec;

/** Rotary embeddings to test with. */
final class RotaryRules {
  private RotaryRules() {}

  static RotarySpec fixed(int dim, RotarySpec.Pairing pairing) {
    return new RotarySpec.Fixed(pairing, frequencies(dim, 10_000), 1);
  }

  /** As many pairs for each axis, one axis after the other. */
  static RotarySpec onAxes(int... pairs) {
    int[] axes =
        IntStream.range(0, pairs.length)
            .flatMap(axis -> IntStream.generate(() -> axis).limit(pairs[axis]))
            .toArray();
    return new RotarySpec.OnAxes(fixed(2 * axes.length, RotarySpec.Pairing.HALVES), axes);
  }

  /** Sequences beyond {@code switchLength} have other frequencies, which depend on their length. */
  static RotarySpec switching(int dim, int switchLength) {
    return new Switching(dim, switchLength, false);
  }

  /** Likewise, but decided by the prompt alone. */
  static RotarySpec switchingWithPrompt(int dim, int switchLength) {
    return new Switching(dim, switchLength, true);
  }

  private record Switching(int rotaryDim, int switchLength, boolean prompt) implements RotarySpec {
    @Override
    public Pairing pairing() {
      return Pairing.HALVES;
    }

    @Override
    public float attentionFactor(int sequenceLength) {
      return sequenceLength > switchLength ? 1.25f : 1;
    }

    @Override
    public double[] inverseFrequencies(int sequenceLength) {
      double theta = sequenceLength > switchLength ? 100.0 * sequenceLength : 10_000;
      return frequencies(rotaryDim, theta);
    }

    @Override
    public int lengthFor(int promptLength, int position) {
      return prompt ? promptLength : RotarySpec.super.lengthFor(promptLength, position);
    }
  }

  private static double[] frequencies(int dim, double theta) {
    double[] frequencies = new double[dim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / dim);
    }
    return frequencies;
  }
}
