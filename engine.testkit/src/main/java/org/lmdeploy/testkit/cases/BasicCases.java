package org.lmdeploy.testkit.cases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.testkit.HostTensors;

/** Moving data about. */
final class BasicCases {
  private BasicCases() {}

  static void addTo(CaseList cases) {
    addTransfers(cases);
    addRowCopies(cases);
    addSteps(cases);
    addFrames(cases);
    for (DType type : CaseList.WEIGHT_TYPES) {
      for (int columns : new int[] {1, 7, 64, 130}) {
        cases.add(
            "embedding",
            type + " 13 x " + columns,
            rig ->
                rig.ops()
                    .embedding(rig.weight(type, 13, columns), new int[] {12, 0, 5, 5, 12, 1, 3}));
      }
    }
  }

  private static void addTransfers(CaseList cases) {
    cases.add(
        "activationType",
        "results have it",
        rig -> {
          Tensor x = rig.activation(2, 3);
          assertEquals(rig.ops().activationType(), x.dtype());
          return x;
        });
    for (DType type : CaseList.WEIGHT_TYPES) {
      cases.add(
          "upload",
          type + "",
          rig -> rig.ops().upload(HostTensors.of(type, new float[] {1, -2, 0, 0.5f, 96, 3}, 2, 3)));
    }
    cases.add(
        "download",
        "a view",
        rig -> {
          float[] values = {1, 2, 3, 4, 5, 6};
          Tensor rows = rig.activation(values, 3, 2).rows(1, 2);
          assertArrayEquals(new float[] {3, 4, 5, 6}, rig.ops().download(rows));
          assertArrayEquals(
              new long[] {4, 1}, rows.reshape(4, 1).shape().toArray(), "shape of a reshaped view");
          return rows;
        });
    cases.add(
        "empty",
        "to be filled",
        rig -> {
          Tensor x = rig.ops().empty(5, 9);
          rig.ops().copyRows(x, 0, rig.activation(5, 9), 0, 5);
          return x;
        });
  }

  private static void addRowCopies(CaseList cases) {
    for (int columns : new int[] {1, 3, 64, 101}) {
      cases.add(
          "copyRows",
          columns + " columns",
          rig -> {
            Tensor target = rig.activation(7, columns);
            rig.ops().copyRows(target, 2, rig.activation(9, columns), 5, 4);
            rig.ops().copyRows(target, 0, rig.activation(1, columns), 0, 0);
            return target;
          });
      cases.add(
          "gatherRows",
          columns + " columns",
          rig -> rig.ops().gatherRows(rig.activation(9, columns), new int[] {8, 0, 0, 3}));
    }
  }

  /** A step's own rows: of the table, of images, and those whose logits are wanted. */
  private static void addSteps(CaseList cases) {
    for (int columns : new int[] {1, 64, 130}) {
      cases.add(
          "embedding",
          "a step with an image, " + columns + " columns",
          rig -> {
            Tensor table = rig.weight(DType.BF16, 13, columns);
            Tensor image = rig.activation(6, columns);
            return rig.ops().embedding(table, step(image, 0, 8));
          });
      for (int[] wanted : new int[][] {{8}, {0, 8}, {0, 1, 2, 3, 4, 5, 6, 7, 8}}) {
        cases.add(
            "logitRows",
            wanted.length + " of 9, " + columns + " columns",
            rig -> {
              Tensor x = rig.activation(9, columns);
              return rig.ops().logitRows(x, step(rig.activation(6, columns), wanted));
            });
      }
    }
  }

  /** A decoding sequence and a prompt of eight tokens, of which an image gives three. */
  private static StepBatch step(Tensor image, int... logitRows) {
    int[] tokens = {12, 4, 4, 99, 99, 99, 0, 7, 1};
    int[] positions = {20, 0, 1, 2, 3, 4, 5, 6, 7};
    List<StepBatch.Sequence> sequences =
        List.of(
            new StepBatch.Sequence(1, 21, 5, new int[] {3, 4}),
            new StepBatch.Sequence(8, 8, 8, new int[] {5}));
    List<StepBatch.Embeddings> embeddings = List.of(new StepBatch.Embeddings(3, image, 2, 3));
    return new StepBatch(tokens, positions, sequences, embeddings, logitRows);
  }

  private static void addFrames(CaseList cases) {
    cases.addAll(
        "frame",
        "an inner frame leaves the outer one's tensors alone",
        rig -> {
          Ops ops = rig.ops();
          Tensor kept = rig.activation(33, 65);
          for (int i = 0; i < 50; i++) {
            try (Frame _ = ops.frame()) {
              Tensor inner = ops.gatherRows(kept, new int[] {1, 2, 3});
              try (Frame _ = ops.frame()) {
                ops.addRows(rig.activation(100, 65), inner);
              }
              ops.copyRows(kept, 0, inner, 0, 3);
            }
          }
          return List.of(kept, rig.activation(3, 3));
        });
    cases.addAll(
        "frame",
        "allocated tensors outlive frames",
        rig -> {
          Tensor allocated = rig.device().allocate(4, 5);
          try (Frame _ = rig.ops().frame()) {
            rig.ops().copyRows(allocated, 0, rig.activation(4, 5), 0, 4);
          }
          Tensor copy = rig.ops().gatherRows(allocated, new int[] {0, 1, 2, 3});
          rig.device().release(allocated);
          return List.of(copy, rig.activation(50, 5));
        });
  }
}
