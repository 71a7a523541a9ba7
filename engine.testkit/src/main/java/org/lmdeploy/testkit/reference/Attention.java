package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.ops.AttentionShape;

/** Attention of one query head at one row in doubles: softmax(scale q k^T) v. */
final class Attention {
  private Attention() {}

  /** Element {@code element} of the key or value at position {@code position}. */
  @FunctionalInterface
  interface Context {
    double get(boolean value, int position, int element);
  }

  /** Attends to the positions [from, to) of the context. */
  static void head(
      ReferenceTensor qkv,
      int row,
      int head,
      AttentionShape shape,
      Context context,
      int from,
      int to,
      ReferenceTensor result) {
    int size = shape.headDim();
    double[] weights = new double[to - from];
    double largest = Double.NEGATIVE_INFINITY;
    for (int p = from; p < to; p++) {
      double score = 0;
      for (int i = 0; i < size; i++) {
        score += qkv.get(row, head * size + i) * context.get(false, p, i);
      }
      weights[p - from] = score * shape.scale();
      largest = Math.max(largest, weights[p - from]);
    }
    double sum = 0;
    for (int p = from; p < to; p++) {
      weights[p - from] = Math.exp(weights[p - from] - largest);
      sum += weights[p - from];
    }
    for (int i = 0; i < size; i++) {
      double mixed = 0;
      for (int p = from; p < to; p++) {
        mixed += weights[p - from] / sum * context.get(true, p, i);
      }
      result.set(row, head * size + i, mixed);
    }
  }
}
