package org.lmdeploy.model.text.rotary;

import org.lmdeploy.api.ops.RotarySpec;

/**
 * Dynamic NTK-aware scaling as Qwen's first version has it: the base grows in steps, each for twice
 * the length, and the prompt alone decides which one holds, so that an answer's keys go together
 * with those of its prompt.
 *
 * @param theta base of the frequencies
 * @param rotaryDim rotated elements of a head, more than 2
 * @param switchLength {@code seq_length}: the longest prompt that is not scaled
 */
public record QwenNtk(double theta, int rotaryDim, int switchLength) implements RotarySpec {
  @Override
  public Pairing pairing() {
    return Pairing.HALVES;
  }

  @Override
  public float attentionFactor(int sequenceLength) {
    return 1;
  }

  @Override
  public double[] inverseFrequencies(int sequenceLength) {
    long reach = switchLength;
    long alpha = 1;
    while (reach < sequenceLength) {
      reach *= 2;
      alpha = 2 * alpha + 1; // 3, 7, 15, ...
    }
    return Frequencies.of(theta * Math.pow(alpha, rotaryDim / (rotaryDim - 2.0)), rotaryDim);
  }

  @Override
  public int lengthFor(int promptLength, int position) {
    return promptLength;
  }
}
