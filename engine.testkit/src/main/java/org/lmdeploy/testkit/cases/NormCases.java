package org.lmdeploy.testkit.cases;

import java.util.List;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;

/** Normalizations. */
final class NormCases {
  private static final int[] COLUMNS = {1, 2, 5, 64, 96, 127, 1021, 2048};

  private NormCases() {}

  static void addTo(CaseList cases) {
    for (DType type : CaseList.WEIGHT_TYPES) {
      for (int columns : COLUMNS) {
        for (int rows : new int[] {1, 3, 17}) {
          addRows(cases, type, rows, columns);
        }
      }
      for (int size : new int[] {1, 33, 64, 128}) {
        addColumns(cases, type, size);
      }
    }
    for (double scale : new double[] {1e-4, 1e3}) {
      cases.add(
          "rmsNorm",
          "values around " + scale,
          rig -> rig.ops().rmsNorm(rig.scaled(scale, 2, 64), rig.weight(DType.F32, 64), 1e-6f));
      cases.add(
          "layerNorm",
          "values around " + scale,
          rig ->
              rig.ops()
                  .layerNorm(
                      rig.scaled(scale, 2, 64),
                      rig.weight(DType.F32, 64),
                      rig.weight(DType.F32, 64),
                      1e-6f));
    }
  }

  private static void addRows(CaseList cases, DType type, int rows, int columns) {
    String name = type + " " + rows + " x " + columns;
    cases.add(
        "rmsNorm",
        name,
        rig -> rig.ops().rmsNorm(rig.activation(rows, columns), rig.weight(type, columns), 1e-5f));
    cases.addAll(
        "addRmsNorm",
        name,
        rig -> {
          Tensor residual = rig.activation(rows, columns);
          Tensor x = rig.activation(rows, columns);
          Tensor normed = rig.ops().addRmsNorm(residual, x, rig.weight(type, columns), 1e-5f);
          return List.of(residual, normed);
        });
    cases.add(
        "layerNorm",
        name,
        rig ->
            rig.ops()
                .layerNorm(
                    rig.activation(rows, columns),
                    rig.weight(type, columns),
                    rig.weight(type, columns),
                    1e-2f));
  }

  private static void addColumns(CaseList cases, DType type, int size) {
    for (int groups : new int[] {1, 2, 5}) {
      cases.add(
          "rmsNormColumns",
          type + " " + groups + " groups of " + size,
          rig -> {
            Tensor x = rig.activation(7, 3 + groups * size + 2);
            rig.ops().rmsNormColumns(x, 3, groups, rig.weight(type, size), 1e-6f);
            return x;
          });
    }
  }
}
