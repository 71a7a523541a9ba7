package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.StepBatch;

/** Rotary position embedding in doubles. */
final class Rotary {
  private Rotary() {}

  /** Fills [tokens, rotaryDim] with cosines, then sines. */
  static void table(RotarySpec rotary, StepBatch step, ReferenceTensor to) {
    int token = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      for (int i = 0; i < sequence.newTokens(); i++, token++) {
        int position = step.positions()[token];
        int length = rotary.lengthFor(sequence.promptLength(), position);
        double[] frequencies = rotary.inverseFrequencies(length);
        double factor = rotary.attentionFactor(length);
        for (int pair = 0; pair < frequencies.length; pair++) {
          to.set(token, pair, Math.cos(position * frequencies[pair]) * factor);
          to.set(token, frequencies.length + pair, Math.sin(position * frequencies[pair]) * factor);
        }
      }
    }
  }

  /** Rotates the head that begins at {@code column} of row {@code row}. */
  static void rotate(
      ReferenceTensor x, int row, int column, ReferenceTensor table, RotarySpec.Pairing pairing) {
    int pairs = table.columns() / 2;
    for (int pair = 0; pair < pairs; pair++) {
      boolean halves = pairing == RotarySpec.Pairing.HALVES;
      int first = column + (halves ? pair : 2 * pair);
      int second = column + (halves ? pair + pairs : 2 * pair + 1);
      double cos = table.get(row, pair);
      double sin = table.get(row, pairs + pair);
      double a = x.get(row, first);
      double b = x.get(row, second);
      x.set(row, first, a * cos - b * sin);
      x.set(row, second, b * cos + a * sin);
    }
  }
}
