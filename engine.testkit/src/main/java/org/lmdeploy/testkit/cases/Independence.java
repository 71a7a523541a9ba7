package org.lmdeploy.testkit.cases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;

/**
 * A sequence's results are the same alone and in a batch, and however its prompt was cut into
 * chunks: the ground on which a greedy answer does not depend on what else the server does.
 */
public final class Independence {
  private static final int[] SUBSETS = {1, 2, 3, 4, 5, 7, 8, 16, 31, 40};
  private static final int ROWS = 40;

  private final Device device;
  private final double tolerance;
  private final List<Integer> blockSizes;
  private final Map<String, Executable> checks = new LinkedHashMap<>();

  /**
   * @param tolerance 0 for equal bits
   * @param blockSizes tokens of KV blocks
   */
  public Independence(Device device, double tolerance, List<Integer> blockSizes) {
    this.device = device;
    this.tolerance = tolerance;
    this.blockSizes = blockSizes;
  }

  /** The checks by name. */
  public Map<String, Executable> checks() {
    addNorms();
    for (DType type : CaseList.WEIGHT_TYPES) {
      for (int[] size : new int[][] {{96, 64}, {67, 97}, {256, 520}}) {
        addLinears(type, size[0], size[1]);
      }
    }
    for (int blockTokens : blockSizes) {
      for (AttentionShape shape :
          List.of(AttentionShape.of(4, 2, 64), AttentionShape.of(7, 1, 40))) {
        addAttention(shape, blockTokens);
      }
    }
    return checks;
  }

  private void addNorms() {
    rows(
        "rmsNorm",
        100,
        rig -> rig.weight(DType.BF16, 100),
        (rig, weight) -> x -> rig.ops().rmsNorm(x, weight, 1e-6f));
    rows(
        "layerNorm",
        100,
        rig -> rig.weight(DType.BF16, 100),
        (rig, weight) -> x -> rig.ops().layerNorm(x, weight, weight, 1e-6f));
  }

  private void addLinears(DType type, int out, int in) {
    String name = type + " " + in + " to " + out;
    Function<Rig, LinearWeight> weight = rig -> rig.linear(type, out, in, true);
    rows(
        "linear " + name,
        in,
        weight,
        (rig, layer) -> x -> rig.ops().linear(x, layer, Activation.GELU));
    rows(
        "gatedLinear " + name,
        in,
        rig -> rig.linear(type, 2 * out, in, false),
        (rig, layer) -> x -> rig.ops().gatedLinear(x, layer, Activation.SILU));
    rows(
        "linearAdd " + name,
        in,
        weight,
        (rig, layer) ->
            x -> {
              Tensor residual = rig.activation(new float[rows(x) * out], rows(x), out);
              rig.ops().linearAdd(residual, x, layer, null);
              return residual;
            });
  }

  /** The first n rows alone give what they give among all. */
  private <W> void rows(
      String name,
      int columns,
      Function<Rig, W> weight,
      BiFunction<Rig, W, Function<Tensor, Tensor>> operator) {
    checks.put(
        name,
        () -> {
          try (Rig rig = rig()) {
            Function<Tensor, Tensor> run = operator.apply(rig, weight.apply(rig));
            Tensor x = rig.activation(ROWS, columns);
            float[] all = rig.ops().download(run.apply(x));
            int resultColumns = all.length / ROWS;
            for (int count : SUBSETS) {
              for (int from : new int[] {0, ROWS - count}) {
                float[] some = rig.ops().download(run.apply(x.rows(from, count)));
                float[] expected =
                    Arrays.copyOfRange(all, from * resultColumns, (from + count) * resultColumns);
                assertSame(expected, some, count + " rows from " + from + " on");
              }
            }
          }
        });
  }

  private void addAttention(AttentionShape shape, int blockTokens) {
    int tokens = 45;
    checks.put(
        "attention "
            + shape.heads()
            + "/"
            + shape.kvHeads()
            + " heads of "
            + shape.headDim()
            + ", blocks of "
            + blockTokens,
        () -> {
          try (Rig rig = rig()) {
            Tensor qkv = rig.activation(tokens, shape.fusedColumns());
            float[] whole = attend(rig, shape, blockTokens, qkv, false, tokens);
            assertSame(
                whole, attend(rig, shape, blockTokens, qkv, true, tokens), "among other sequences");
            assertSame(
                whole, attend(rig, shape, blockTokens, qkv, true, 20, 1, 1, 17, 6), "in chunks");
            int[] single = new int[tokens];
            Arrays.fill(single, 1);
            assertSame(
                whole, attend(rig, shape, blockTokens, qkv, false, single), "token by token");
          }
        });
  }

  /** Attention of one sequence, whose tokens come in chunks, alone or between two others. */
  private float[] attend(
      Rig rig, AttentionShape shape, int blockTokens, Tensor qkv, boolean others, int... chunks) {
    RotarySpec rotary = RotaryRules.fixed(shape.headDim(), RotarySpec.Pairing.HALVES);
    AttentionLayer layer = new AttentionLayer(rig, shape, rotary, blockTokens, 0);
    Timeline time = new Timeline(blockTokens, 50, rows(qkv), 50);
    int before = others ? 3 : 0;
    int after = others ? 2 : 0;
    float[] result = new float[rows(qkv) * shape.heads() * shape.headDim()];
    int at = 0;
    for (int chunk : chunks) {
      Tensor step = rig.activation(before + chunk + after, shape.fusedColumns());
      rig.ops().copyRows(step, before, qkv, at, chunk);
      Tensor attended = layer.forward(step, time.step(before, chunk, after));
      float[] own = rig.ops().download(attended.rows(before, chunk));
      System.arraycopy(own, 0, result, at * own.length / chunk, own.length);
      at += chunk;
    }
    return result;
  }

  private void assertSame(float[] expected, float[] actual, String what) {
    if (tolerance == 0) {
      assertArrayEquals(expected, actual, what);
      return;
    }
    assertEquals(expected.length, actual.length, what);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, actual, (float) (tolerance * largest), what);
  }

  private Rig rig() {
    return new Rig(device, device.ops().activationType());
  }

  private static int rows(Tensor x) {
    return Math.toIntExact(x.shape().rows());
  }
}
