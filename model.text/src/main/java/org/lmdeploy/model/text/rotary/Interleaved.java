package org.lmdeploy.model.text.rotary;

import org.lmdeploy.api.ops.RotarySpec;

/**
 * A rule whose pairs are neighbours.
 *
 * @param rule all else
 */
record Interleaved(RotarySpec rule) implements RotarySpec {
  @Override
  public int rotaryDim() {
    return rule.rotaryDim();
  }

  @Override
  public Pairing pairing() {
    return Pairing.INTERLEAVED;
  }

  @Override
  public int axis(int pair) {
    return rule.axis(pair);
  }

  @Override
  public int axisCount() {
    return rule.axisCount();
  }

  @Override
  public float attentionFactor(int sequenceLength) {
    return rule.attentionFactor(sequenceLength);
  }

  @Override
  public double[] inverseFrequencies(int sequenceLength) {
    return rule.inverseFrequencies(sequenceLength);
  }

  @Override
  public int lengthFor(int promptLength, int position) {
    return rule.lengthFor(promptLength, position);
  }

  @Override
  public int switchLength() {
    return rule.switchLength();
  }
}
