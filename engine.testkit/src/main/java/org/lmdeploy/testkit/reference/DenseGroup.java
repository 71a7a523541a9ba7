package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.ops.AttentionShape;

/** Rows that all see each other. */
final class DenseGroup {
  private DenseGroup() {}

  static void attend(
      ReferenceTensor qkv, AttentionShape shape, int from, int to, ReferenceTensor result) {
    for (int row = from; row < to; row++) {
      for (int head = 0; head < shape.heads(); head++) {
        int kvHead = head / (shape.heads() / shape.kvHeads());
        Attention.Context context =
            (value, position, element) -> {
              int kv = shape.heads() + (value ? shape.kvHeads() : 0) + kvHead;
              return qkv.get(position, kv * shape.headDim() + element);
            };
        Attention.head(qkv, row, head, shape, context, from, to, result);
      }
    }
  }
}
