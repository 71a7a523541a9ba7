package org.lmdeploy.api.ops;

import java.util.Arrays;
import java.util.Objects;

/**
 * Rotary position embedding (Su et al., RoFormer). The angle of pair i at position p is p *
 * inverseFrequencies[i]; where a token has a position on each of several axes (M-RoPE, Qwen2-VL;
 * grids of patches), p is that on {@link #axis}. Some scaling rules (dynamic NTK, LongRoPE) take
 * other frequencies for a sequence that is longer than {@code switchLength}; whether it is, is
 * decided for a token by {@link #lengthFor}.
 */
public interface RotarySpec {
  /** How the two elements of a pair lie in a head. */
  enum Pairing {
    /** Elements i and i + rotaryDim / 2 (GPT-NeoX, Llama in Hugging Face's layout). */
    HALVES,
    /** Elements 2i and 2i + 1 (GPT-J, GLM). */
    INTERLEAVED
  }

  /** How many elements of a head are rotated, an even number; the rest passes through. */
  int rotaryDim();

  /** How pairs lie in a head. */
  Pairing pairing();

  /** The axis whose position turns a pair; only rules for several axes have others than 0. */
  default int axis(int pair) {
    return 0;
  }

  /** How many axes there are positions on: all pairs' axes are below it. */
  default int axisCount() {
    return 1;
  }

  /**
   * The factor of sine and cosine (YaRN, LongRoPE), mostly 1.
   *
   * @param sequenceLength of {@link #lengthFor}
   */
  float attentionFactor(int sequenceLength);

  /**
   * Radians per position of each pair.
   *
   * @param sequenceLength of {@link #lengthFor}
   * @return rotaryDim / 2 values; not to be changed
   */
  double[] inverseFrequencies(int sequenceLength);

  /**
   * The sequence length that counts for a token: the larger of the prompt's length and the token's
   * position + 1, so that it does not depend on how the prompt was cut into chunks, unless the rule
   * keeps to the prompt's.
   */
  default int lengthFor(int promptLength, int position) {
    return Math.max(promptLength, position + 1);
  }

  /**
   * Up to this sequence length frequencies and factor are constant; beyond, keys of sequences of
   * different lengths differ, so that they cannot share KV blocks. {@link Integer#MAX_VALUE} for
   * rules that do not look at the length.
   */
  int switchLength();

  /**
   * A rule whose pairs are turned by positions on several axes.
   *
   * @param rule all else; it does not look at the length, which axes do not have
   * @param axisOfPair the axis of each pair, from 0 to before {@link StepBatch#AXES}; not to be
   *     changed afterwards
   */
  record OnAxes(RotarySpec rule, int[] axisOfPair) implements RotarySpec {
    /**
     * @throws IllegalArgumentException if rule and axes do not go together
     */
    public OnAxes {
      if (axisOfPair.length != rule.rotaryDim() / 2
          || rule.switchLength() != Integer.MAX_VALUE
          || Arrays.stream(axisOfPair).anyMatch(axis -> axis < 0 || axis >= StepBatch.AXES)) {
        throw new IllegalArgumentException(
            "the axes " + Arrays.toString(axisOfPair) + " do not go with " + rule);
      }
    }

    @Override
    public int axis(int pair) {
      return axisOfPair[pair];
    }

    @Override
    public int axisCount() {
      return Arrays.stream(axisOfPair).max().orElse(0) + 1;
    }

    @Override
    public int rotaryDim() {
      return rule.rotaryDim();
    }

    @Override
    public Pairing pairing() {
      return rule.pairing();
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
    public int switchLength() {
      return rule.switchLength();
    }
  }

  /**
   * A rule that does not look at the length.
   *
   * @param pairing how pairs lie in a head
   * @param inverseFrequencies radians per position of each pair; not to be changed afterwards
   * @param attentionFactor factor of sine and cosine
   */
  record Fixed(Pairing pairing, double[] inverseFrequencies, float attentionFactor)
      implements RotarySpec {
    /** Checks that nothing is null. */
    public Fixed {
      Objects.requireNonNull(pairing, "pairing");
      Objects.requireNonNull(inverseFrequencies, "inverseFrequencies");
    }

    @Override
    public int rotaryDim() {
      return inverseFrequencies.length * 2;
    }

    @Override
    public float attentionFactor(int sequenceLength) {
      return attentionFactor;
    }

    @Override
    public double[] inverseFrequencies(int sequenceLength) {
      return inverseFrequencies;
    }

    @Override
    public int switchLength() {
      return Integer.MAX_VALUE;
    }
  }
}
