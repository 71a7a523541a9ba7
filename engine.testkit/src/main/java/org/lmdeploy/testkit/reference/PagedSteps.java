package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.StepBatch;

/** The tokens of a step at one layer, each with the place of its sequence in the cache. */
final class PagedSteps {
  private final AttentionShape shape;
  private final ReferenceKvCache cache;
  private final int layer;
  private final StepBatch step;

  PagedSteps(AttentionShape shape, ReferenceKvCache cache, int layer, StepBatch step) {
    this.shape = shape;
    this.cache = cache;
    this.layer = layer;
    this.step = step;
  }

  void store(ReferenceTensor qkv) {
    forEachToken(
        (row, blocks) -> {
          for (int head = 0; head < shape.kvHeads(); head++) {
            store(qkv, row, blocks, head, false);
            store(qkv, row, blocks, head, true);
          }
        });
  }

  private void store(ReferenceTensor qkv, int row, int[] blocks, int kvHead, boolean value) {
    int head = shape.heads() + (value ? shape.kvHeads() : 0) + kvHead;
    var place = new ReferenceKvCache.Place(layer, value, kvHead, blocks, step.positions()[row]);
    for (int i = 0; i < shape.headDim(); i++) {
      cache.set(place, i, qkv.get(row, head * shape.headDim() + i));
    }
  }

  void attend(ReferenceTensor qkv, ReferenceTensor result) {
    forEachToken(
        (row, blocks) -> {
          int to = step.positions()[row] + 1;
          int from = shape.window() == 0 ? 0 : Math.max(0, to - shape.window());
          for (int head = 0; head < shape.heads(); head++) {
            int kvHead = head / (shape.heads() / shape.kvHeads());
            Attention.Context context =
                (value, position, element) ->
                    cache.get(
                        new ReferenceKvCache.Place(layer, value, kvHead, blocks, position),
                        element);
            Attention.head(qkv, row, head, shape, context, from, to, result);
          }
        });
  }

  @FunctionalInterface
  private interface TokenAction {
    void accept(int row, int[] blockTable);
  }

  private void forEachToken(TokenAction action) {
    int row = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      for (int i = 0; i < sequence.newTokens(); i++) {
        action.accept(row++, sequence.blockTable());
      }
    }
  }
}
