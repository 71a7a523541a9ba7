package org.lmdeploy.testkit.cases;

import java.util.Arrays;
import org.lmdeploy.api.ops.AttentionShape;

/** Attention within images. */
final class DenseAttentionCases {
  private DenseAttentionCases() {}

  static void addTo(CaseList cases) {
    for (int headDim : new int[] {1, 33, 40, 64, 80, 88, 128}) {
      add(cases, AttentionShape.of(3, 3, headDim), 7, 7, 7);
    }
    for (int heads = 1; heads <= 8; heads++) {
      add(cases, AttentionShape.of(heads, 1, 24), 5, 1, 19);
    }
    add(cases, AttentionShape.of(2, 2, 64), 257);
    add(cases, AttentionShape.of(2, 2, 64), 65, 130);
    add(cases, new AttentionShape(2, 2, 16, 0.5f, 0), 1, 2, 3, 4, 5);
  }

  private static void add(CaseList cases, AttentionShape shape, int... lengths) {
    cases.add(
        "denseAttention",
        shape.heads()
            + "/"
            + shape.kvHeads()
            + " heads of "
            + shape.headDim()
            + ", groups of "
            + Arrays.toString(lengths),
        rig ->
            rig.ops()
                .denseAttention(
                    rig.scaled(3, Arrays.stream(lengths).sum(), shape.fusedColumns()),
                    shape,
                    lengths));
  }
}
