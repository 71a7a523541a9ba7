package org.lmdeploy.testkit.cases;

import java.util.List;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;

/** Rotation, the KV cache and causal attention. */
final class PagedAttentionCases {
  private static final int[] HEAD_SIZES = {2, 33, 40, 64, 80, 96, 128, 256};

  private PagedAttentionCases() {}

  static void addTo(CaseList cases, List<Integer> blockSizes) {
    for (int blockTokens : blockSizes) {
      for (int headDim : HEAD_SIZES) {
        addBatch(cases, AttentionShape.of(4, 2, headDim), blockTokens, "heads of " + headDim);
      }
      for (int group = 1; group <= 8; group++) {
        addBatch(cases, AttentionShape.of(3 * group, 3, 64), blockTokens, "groups of " + group);
      }
      addBatch(cases, new AttentionShape(6, 2, 32, 0.3f, 0), blockTokens, "another scale");
      for (int window : new int[] {1, 5, 16, 20}) {
        addBatch(
            cases, new AttentionShape(4, 2, 32, 0.2f, window), blockTokens, "window of " + window);
      }
      addBorders(cases, blockTokens);
    }
    addRotation(cases);
  }

  /**
   * Prompts in chunks, decoding sequences among them, single tokens, and a sequence that joins
   * late.
   */
  private static void addBatch(CaseList cases, AttentionShape shape, int blockTokens, String name) {
    int rotated = shape.headDim() / 2 * 2;
    RotarySpec rotary = RotaryRules.fixed(rotated, RotarySpec.Pairing.HALVES);
    cases.addAll(
        "pagedAttention",
        name + ", blocks of " + blockTokens,
        rig -> {
          AttentionLayer layer = new AttentionLayer(rig, shape, rotary, blockTokens, 1);
          Timeline time = new Timeline(blockTokens, 1, 21, 37, 9);
          return List.of(
              layer.forward(time.step(1, 21, 18, 0)),
              layer.forward(time.step(1, 1, 19, 0)),
              layer.forward(time.step(1, 1, 1, 9)),
              layer.forward(time.step(1, 0, 1, 1)));
        });
  }

  /** Contexts that end just before, at and just after the border of a block. */
  private static void addBorders(CaseList cases, int blockTokens) {
    AttentionShape shape = AttentionShape.of(4, 1, 16);
    RotarySpec rotary = RotaryRules.fixed(16, RotarySpec.Pairing.HALVES);
    for (int length : new int[] {blockTokens - 1, blockTokens, blockTokens + 1, 2 * blockTokens}) {
      if (length > 0) {
        cases.addAll(
            "pagedAttention",
            "context of " + length + ", blocks of " + blockTokens,
            rig -> {
              AttentionLayer layer = new AttentionLayer(rig, shape, rotary, blockTokens, 0);
              Timeline time = new Timeline(blockTokens, length);
              return List.of(
                  layer.forward(time.step(length)),
                  layer.forward(time.step(1)),
                  layer.forward(time.step(1)));
            });
      }
    }
  }

  private static void addRotation(CaseList cases) {
    for (RotarySpec.Pairing pairing : RotarySpec.Pairing.values()) {
      for (int headDim : new int[] {2, 6, 33, 64, 128}) {
        for (int rotated : new int[] {2, headDim / 4 * 2, headDim / 2 * 2}) {
          if (rotated > 0) {
            addRotation(cases, pairing, headDim, rotated);
          }
        }
      }
    }
  }

  private static void addRotation(
      CaseList cases, RotarySpec.Pairing pairing, int headDim, int rotated) {
    AttentionShape shape = AttentionShape.of(3, 1, headDim);
    RotarySpec rotary = RotaryRules.fixed(rotated, pairing);
    cases.addAll(
        "pagedAttention",
        pairing + ", " + rotated + " of " + headDim + " rotated",
        rig -> {
          AttentionLayer layer = new AttentionLayer(rig, shape, rotary, 16, 1);
          Timeline time = new Timeline(16, 7, 12);
          return List.of(
              layer.forward(time.step(7, 12)),
              layer.forward(time.step(1, 1)),
              layer.forward(time.step(1, 1)));
        });
  }
}
