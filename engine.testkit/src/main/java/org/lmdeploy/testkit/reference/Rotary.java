package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.ops.AttentionShape;
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
          double angle = step.axis(rotary.axis(pair))[token] * frequencies[pair];
          to.set(token, pair, Math.cos(angle) * factor);
          to.set(token, frequencies.length + pair, Math.sin(angle) * factor);
        }
      }
    }
  }

  /** The same for rows outside a step, with a rule that does not look at the length. */
  static void table(RotarySpec rotary, int[][] axes, ReferenceTensor to) {
    double[] frequencies = rotary.inverseFrequencies(1);
    double factor = rotary.attentionFactor(1);
    for (int row = 0; row < to.rows(); row++) {
      for (int pair = 0; pair < frequencies.length; pair++) {
        double angle = axes[rotary.axis(pair)][row] * frequencies[pair];
        to.set(row, pair, Math.cos(angle) * factor);
        to.set(row, frequencies.length + pair, Math.sin(angle) * factor);
      }
    }
  }

  /** Rotates queries and keys of all rows. */
  static void rotate(
      ReferenceTensor qkv,
      ReferenceTensor table,
      RotarySpec.Pairing pairing,
      AttentionShape shape) {
    for (int row = 0; row < qkv.rows(); row++) {
      for (int head = 0; head < shape.heads() + shape.kvHeads(); head++) {
        rotate(qkv, row, head * shape.headDim(), table, pairing);
      }
    }
  }

  /** Rotates the head that begins at {@code column} of row {@code row}. */
  private static void rotate(
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
