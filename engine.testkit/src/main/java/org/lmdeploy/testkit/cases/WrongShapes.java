package org.lmdeploy.testkit.cases;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.function.Executable;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.tensor.DType;

/** Tensors that do not go together are refused by {@link IllegalArgumentException}. */
public final class WrongShapes {
  private final Device device;
  private final Map<String, Executable> checks = new LinkedHashMap<>();

  /** Checks of a device. */
  public WrongShapes(Device device) {
    this.device = device;
  }

  /** The checks by name. */
  public Map<String, Executable> checks() {
    refused("addRows", rig -> rig.ops().addRows(rig.activation(2, 3), rig.activation(1, 4)));
    refused(
        "copyRows", rig -> rig.ops().copyRows(rig.activation(2, 3), 0, rig.activation(2, 4), 0, 1));
    refused(
        "rmsNorm", rig -> rig.ops().rmsNorm(rig.activation(2, 8), rig.weight(DType.F32, 7), 1e-5f));
    refused(
        "addRmsNorm",
        rig ->
            rig.ops()
                .addRmsNorm(
                    rig.activation(2, 8), rig.activation(3, 8), rig.weight(DType.F32, 8), 1e-5f));
    refused(
        "rmsNormColumns",
        rig ->
            rig.ops().rmsNormColumns(rig.activation(2, 8), 3, 2, rig.weight(DType.F32, 3), 1e-5f));
    refused(
        "layerNorm",
        rig ->
            rig.ops()
                .layerNorm(
                    rig.activation(2, 8),
                    rig.weight(DType.F32, 8),
                    rig.weight(DType.F32, 4),
                    1e-5f));
    refused(
        "scaleQueries",
        rig -> rig.ops().scaleQueries(rig.activation(2, 8), 9, 4, new Timeline(16, 2).step(2)));
    addLinears();
    addImages();
    return checks;
  }

  private void addLinears() {
    refused(
        "linear",
        rig ->
            rig.ops()
                .linear(rig.activation(2, 9), rig.linear(DType.F32, 4, 8, false), Activation.NONE));
    refused(
        "linearAdd",
        rig ->
            rig.ops()
                .linearAdd(
                    rig.activation(2, 5),
                    rig.activation(2, 8),
                    rig.linear(DType.F32, 4, 8, false),
                    null));
    refused(
        "gatedLinear",
        rig ->
            rig.ops()
                .gatedLinear(
                    rig.activation(2, 8), rig.linear(DType.F32, 5, 8, false), Activation.SILU));
  }

  private void addImages() {
    AttentionShape shape = AttentionShape.of(2, 2, 4);
    refused(
        "denseAttention columns",
        rig -> rig.ops().denseAttention(rig.activation(3, 23), shape, new int[] {3}));
    refused(
        "denseAttention lengths",
        rig -> rig.ops().denseAttention(rig.activation(3, 24), shape, new int[] {1, 1}));
    refused(
        "rotaryTable axes",
        rig -> rig.ops().rotaryTable(RotaryRules.onAxes(1, 1), new int[][] {{0, 1}}));
    refused(
        "rotaryTable rows",
        rig -> rig.ops().rotaryTable(RotaryRules.onAxes(1, 1), new int[][] {{0, 1}, {0}}));
    refused(
        "rotaryTable length",
        rig -> rig.ops().rotaryTable(RotaryRules.switching(4, 9), new int[][] {{0, 1}}));
    refused(
        "rotate rows",
        rig ->
            rig.ops().rotate(rig.activation(3, 24), rotation(rig, new int[][] {{0, 1}}, 4), shape));
    refused(
        "rotate elements",
        rig ->
            rig.ops().rotate(rig.activation(2, 24), rotation(rig, new int[][] {{0, 1}}, 6), shape));
    refused("patchify", rig -> rig.ops().patchify(rig.activation(1, 3, 14, 15), 14));
    refused("pixelShuffle", rig -> rig.ops().pixelShuffle(rig.activation(6, 4), 2, 3, 2, 2));
    refused(
        "sample", rig -> rig.ops().sample(rig.activation(2, 4), List.of(SamplingRows.greedy(0))));
  }

  private static Rotation rotation(Rig rig, int[][] axes, int dim) {
    RotarySpec rotary = RotaryRules.fixed(dim, RotarySpec.Pairing.HALVES);
    return new Rotation(rig.ops().rotaryTable(rotary, axes), rotary.pairing());
  }

  private void refused(String operator, Consumer<Rig> program) {
    checks.put(
        operator,
        () -> {
          try (Rig rig = new Rig(device, device.ops().activationType())) {
            assertThrows(IllegalArgumentException.class, () -> program.accept(rig));
          }
        });
  }
}
