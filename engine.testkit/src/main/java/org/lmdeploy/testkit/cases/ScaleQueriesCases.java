package org.lmdeploy.testkit.cases;

import java.util.List;
import org.lmdeploy.api.tensor.Tensor;

/** Queries that are scaled by the length of what they look at. */
final class ScaleQueriesCases {
  private static final int TRAINED = 12;

  private ScaleQueriesCases() {}

  static void addTo(CaseList cases) {
    for (int columns : new int[] {1, 24, 40}) {
      cases.addAll(
          "scaleQueries",
          columns + " of 40 columns",
          rig -> {
            Timeline time = new Timeline(16, 10, 30);
            return List.of(
                run(rig, columns, time, 10, 9),
                run(rig, columns, time, 1, 21),
                run(rig, columns, time, 1, 1),
                run(rig, columns, time, 1, 1));
          });
    }
  }

  private static Tensor run(Rig rig, int columns, Timeline time, int... newTokens) {
    Tensor qkv = rig.activation(newTokens[0] + newTokens[1], 40);
    rig.ops().scaleQueries(qkv, columns, TRAINED, time.step(newTokens));
    return qkv;
  }
}
