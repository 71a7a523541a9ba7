package org.lmdeploy.testkit.cases;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;

/** Cosines and sines of positions. */
final class RotaryTableCases {
  private RotaryTableCases() {}

  static void addTo(CaseList cases) {
    for (int dim : new int[] {2, 16, 80, 128}) {
      cases.add(
          "rotaryTable",
          dim + " elements",
          rig ->
              rig.ops()
                  .rotaryTable(
                      RotaryRules.fixed(dim, RotarySpec.Pairing.HALVES),
                      new Timeline(16, 1, 20).step(1, 20)));
    }
    cases.add(
        "rotaryTable",
        "far positions",
        rig ->
            rig.ops()
                .rotaryTable(
                    RotaryRules.fixed(64, RotarySpec.Pairing.HALVES), at(1000, 32_767, 131_071)));
    addSwitching(cases, "length", RotaryRules.switching(32, 12));
    addSwitching(cases, "prompt", RotaryRules.switchingWithPrompt(32, 12));
    for (int[] pairs : new int[][] {{16, 24, 24}, {2, 3, 3}, {1, 1, 0}}) {
      cases.addAll(
          "rotaryTable",
          "axes with pairs " + Arrays.toString(pairs),
          rig -> {
            RotarySpec rotary = RotaryRules.onAxes(pairs);
            StepBatch plain = new Timeline(16, 9, 20).step(9, 20);
            return List.of(
                rig.ops().rotaryTable(rotary, plain),
                rig.ops().rotaryTable(rotary, onAxes(plain)),
                rig.ops().rotaryTable(RotaryRules.fixed(8, RotarySpec.Pairing.HALVES), plain));
          });
    }
    for (int[] pairs : new int[][] {{20, 20}, {1, 2}, {9}}) {
      cases.add(
          "rotaryTable",
          "rows of no step, axes with pairs " + Arrays.toString(pairs),
          rig ->
              rig.ops()
                  .rotaryTable(
                      RotaryRules.onAxes(pairs),
                      new int[][] {{0, 1, 2, 3, 1000, 5}, {7, 0, 70_000, 3, 2, 1}}));
    }
    addRotations(cases);
  }

  private static void addSwitching(CaseList cases, String what, RotarySpec rotary) {
    cases.addAll(
        "rotaryTable",
        "frequencies that switch with the " + what,
        rig -> {
          Timeline time = new Timeline(16, 10, 30);
          return List.of(
              rig.ops().rotaryTable(rotary, time.step(10, 9)),
              rig.ops().rotaryTable(rotary, time.step(1, 21)),
              rig.ops().rotaryTable(rotary, time.step(1, 1)),
              rig.ops().rotaryTable(rotary, time.step(1, 1)));
        });
  }

  private static void addRotations(CaseList cases) {
    for (RotarySpec.Pairing pairing : RotarySpec.Pairing.values()) {
      for (int[] size : new int[][] {{80, 80}, {64, 32}, {128, 128}, {20, 12}, {2, 2}}) {
        AttentionShape shape = AttentionShape.of(4, 2, size[0]);
        cases.add(
            "rotate",
            pairing + ", " + size[1] + " of " + size[0] + " elements",
            rig -> {
              Tensor qkv = rig.activation(37, shape.fusedColumns());
              int[][] positions = {IntStream.range(3, 40).toArray()};
              Tensor angles = rig.ops().rotaryTable(RotaryRules.fixed(size[1], pairing), positions);
              rig.ops().rotate(qkv, new Rotation(angles, pairing), shape);
              return qkv;
            });
      }
    }
  }

  /** The same step with other positions on the axes than in the sequence. */
  private static StepBatch onAxes(StepBatch step) {
    int[][] axes = new int[StepBatch.AXES][];
    for (int axis = 0; axis < axes.length; axis++) {
      int factor = 1 + axis;
      axes[axis] = Arrays.stream(step.positions()).map(p -> p * factor % 23).toArray();
    }
    return new StepBatch(
        step.tokens(),
        step.positions(),
        axes,
        step.sequences(),
        step.embeddings(),
        step.logitRows());
  }

  /** One token each of sequences that are that long. */
  private static StepBatch at(int... positions) {
    List<StepBatch.Sequence> sequences =
        Arrays.stream(positions)
            .mapToObj(p -> new StepBatch.Sequence(1, p + 1, 1, new int[p / 64 + 1]))
            .toList();
    return new StepBatch(new int[positions.length], positions, sequences, List.of(), new int[0]);
  }
}
