package org.lmdeploy.testkit.cases;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;

/** Sums and activation functions. */
final class ElementwiseCases {
  /** Where functions saturate, where they bend, and zero of both signs. */
  private static final float[] CORNERS = {
    0f, -0f, 1f, -1f, 0.001f, -0.001f, 3.3f, -3.3f, 9f, -9f, 30f, -30f, 100f, -100f, 1000f, -1000f
  };

  private ElementwiseCases() {}

  static void addTo(CaseList cases) {
    for (int columns : new int[] {1, 5, 64, 127}) {
      addSums(cases, columns);
    }
    for (Activation function : Activation.values()) {
      cases.add("activation", function + " corners", rig -> run(rig, function, corners(rig)));
      for (int columns : new int[] {1, 17, 100}) {
        cases.add(
            "activation",
            function + " 3 x " + columns,
            rig -> run(rig, function, rig.scaled(6, 3, columns)));
      }
    }
  }

  private static Tensor corners(Rig rig) {
    return rig.activation(CORNERS, 2, CORNERS.length / 2);
  }

  private static Tensor run(Rig rig, Activation function, Tensor x) {
    rig.ops().activation(x, function);
    return x;
  }

  private static void addSums(CaseList cases, int columns) {
    for (int repeated : new int[] {1, 2, 3, 6}) {
      cases.add(
          "addRows",
          "6 rows + " + repeated + " of " + columns,
          rig -> {
            Tensor x = rig.activation(6, columns);
            rig.ops().addRows(x, rig.activation(repeated, columns));
            return x;
          });
    }
    for (DType type : CaseList.WEIGHT_TYPES) {
      cases.add(
          "addRows",
          "6 rows + 2 of a weight " + type + " of " + columns,
          rig -> {
            Tensor x = rig.activation(6, columns);
            rig.ops().addRows(x, rig.weight(type, 2, columns));
            return x;
          });
    }
  }
}
