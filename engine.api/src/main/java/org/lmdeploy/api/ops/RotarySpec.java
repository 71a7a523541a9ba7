package org.lmdeploy.api.ops;

import java.util.Objects;

/**
 * Rotary position embedding (Su et al., RoFormer). The angle of pair i at position p is p *
 * inverseFrequencies[i]. Some scaling rules (dynamic NTK, LongRoPE) take other frequencies for a
 * sequence that is longer than {@code switchLength}; whether it is, is decided for a token by
 * {@link #lengthFor}.
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
