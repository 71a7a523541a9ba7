package org.lmdeploy.testkit.cases;

import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.StepBatch;

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

  /** One token each of sequences that are that long. */
  private static StepBatch at(int... positions) {
    List<StepBatch.Sequence> sequences =
        Arrays.stream(positions)
            .mapToObj(p -> new StepBatch.Sequence(1, p + 1, 1, new int[p / 64 + 1]))
            .toList();
    return new StepBatch(new int[positions.length], positions, sequences, List.of(), new int[0]);
  }
}
