package org.lmdeploy.testkit.cases;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.LinearRows;

/** Linear layers: plain, added to a residual stream, gated. */
final class LinearCases {
  private static final int[] ROWS = {1, 2, 3, 5, 8, 17, 33};
  private static final int[][] SIZES = {
    {1, 1}, {3, 5}, {16, 32}, {31, 33}, {64, 96}, {97, 67}, {128, 256}, {258, 130}
  };

  private LinearCases() {}

  static void addTo(CaseList cases) {
    for (DType type : CaseList.WEIGHT_TYPES) {
      for (int[] size : SIZES) {
        for (int rows : ROWS) {
          addShape(cases, type, rows, size[0], size[1]);
        }
      }
      addShape(cases, type, 65, 384, 1100);
      addFused(cases, type);
    }
    addLarge(cases);
    for (Activation function : Activation.values()) {
      for (int rows : new int[] {1, 4}) {
        addFunction(cases, function, rows);
      }
    }
  }

  private static void addShape(CaseList cases, DType type, int rows, int out, int in) {
    String name = type + " " + rows + " rows, " + in + " to " + out;
    for (boolean biased : new boolean[] {false, true}) {
      String named = name + (biased ? ", bias" : "");
      cases.add(
          "linear",
          named,
          rig ->
              rig.ops()
                  .linear(
                      rig.activation(rows, in),
                      rig.linear(type, out, in, biased),
                      Activation.NONE));
      cases.add(
          "linearAdd",
          named + (biased ? ", scale" : ""),
          rig -> {
            Tensor residual = rig.activation(rows, out);
            Tensor scale = biased ? rig.weight(type, out) : null;
            LinearWeight weight = rig.linear(type, out, in, biased);
            rig.ops().linearAdd(residual, rig.activation(rows, in), weight, scale);
            return residual;
          });
    }
    cases.add(
        "logits",
        name,
        rig ->
            rig.ops().logits(rig.activation(rows, in), rig.linear(type, out, in, rows % 2 == 0)));
    cases.add(
        "gatedLinear",
        name + ", prepared for it",
        rig -> {
          LinearSpec spec = rig.spec(type, 2 * out, in, rows % 2 == 0);
          return rig.ops()
              .gatedLinear(
                  rig.activation(rows, in), rig.device().gatedLinear(spec), Activation.SILU);
        });
    cases.add(
        "gatedLinear",
        name,
        rig ->
            rig.ops()
                .gatedLinear(
                    rig.activation(rows, in),
                    rig.linear(type, 2 * out, in, rows % 2 == 0),
                    Activation.SILU));
  }

  private static void addFunction(CaseList cases, Activation function, int rows) {
    cases.add(
        "linear",
        function + ", " + rows + " rows",
        rig ->
            rig.ops()
                .linear(rig.scaled(3, rows, 70), rig.linear(DType.BF16, 50, 70, true), function));
    cases.add(
        "gatedLinear",
        function + ", " + rows + " rows",
        rig ->
            rig.ops()
                .gatedLinear(
                    rig.scaled(3, rows, 70), rig.linear(DType.BF16, 50, 70, true), function));
  }

  /** Layers as large as those of models, at rows around the borders of tiles. */
  private static void addLarge(CaseList cases) {
    for (int rows : new int[] {1, 16, 63, 64, 65, 128, 200, 300}) {
      cases.add(
          "linear",
          rows + " rows, 1536 to 1000",
          rig ->
              rig.ops()
                  .linear(
                      rig.activation(rows, 1536),
                      rig.linear(DType.BF16, 1000, 1536, true),
                      Activation.NONE));
      cases.add(
          "gatedLinear",
          rows + " rows, 1024 to 704",
          rig -> {
            LinearSpec spec = rig.spec(DType.BF16, 1408, 1024, false);
            return rig.ops()
                .gatedLinear(
                    rig.activation(rows, 1024), rig.device().gatedLinear(spec), Activation.SILU);
          });
    }
  }

  /** Layers of several weights, and of one weight's rows in another order. */
  private static void addFused(CaseList cases, DType type) {
    for (int rows : new int[] {1, 6}) {
      cases.add(
          "linear",
          type + " " + rows + " rows, three weights with biases",
          rig -> {
            LinearSpec spec =
                rig.spec(type, 40, 48, true)
                    .and(rig.spec(type, 7, 48, true))
                    .and(rig.spec(type, 19, 48, true));
            return rig.ops()
                .linear(rig.activation(rows, 48), rig.device().linear(spec), Activation.NONE);
          });
      cases.add(
          "linear",
          type + " " + rows + " rows, rows in another order",
          rig ->
              rig.ops()
                  .linear(
                      rig.activation(rows, 31),
                      rig.device().linear(reordered(rig.spec(type, 60, 31, true))),
                      Activation.NONE));
      cases.add(
          "gatedLinear",
          type + " " + rows + " rows, two weights",
          rig -> {
            LinearSpec spec = rig.spec(type, 37, 50, false).and(rig.spec(type, 37, 50, false));
            return rig.ops()
                .gatedLinear(
                    rig.activation(rows, 50), rig.device().gatedLinear(spec), Activation.SILU);
          });
    }
    cases.add(
        "linear",
        type + " weights of different types",
        rig -> {
          LinearSpec spec = rig.spec(type, 33, 64, false).and(rig.spec(DType.F32, 20, 64, false));
          return rig.ops()
              .linear(rig.activation(3, 64), rig.device().linear(spec), Activation.NONE);
        });
  }

  /** Rows [20, 60) in runs of 8, backwards, then the first 20. */
  private static LinearSpec reordered(LinearSpec stored) {
    LinearRows weight = stored.parts().getFirst();
    HostTensor bias = stored.biases().getFirst().reshape(60, 1);
    List<LinearRows> parts = new ArrayList<>();
    List<HostTensor> biases = new ArrayList<>();
    for (int from : new int[] {52, 44, 36, 28, 20}) {
      parts.add(weight.rows(from, 8));
      biases.add(bias.rows(from, 8).reshape(8));
    }
    parts.add(weight.rows(0, 20));
    biases.add(bias.rows(0, 20).reshape(20));
    return new LinearSpec(parts, biases);
  }
}
