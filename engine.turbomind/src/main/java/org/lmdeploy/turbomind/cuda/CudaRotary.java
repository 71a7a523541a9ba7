package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.KernelArguments;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/**
 * Launches the kernels of rotary.cu: tables, rotation with the write to the cache, and rotation
 * alone.
 */
final class CudaRotary {
  private static final int TABLE_THREADS = 256;
  private static final int ROTATE_THREADS = 128;
  private static final long ACTIVATION_BYTES = 2;

  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final WeightLoader weights;

  /** Of rules that do not look at the length. */
  private final Map<RotarySpec, Frequencies> constants = new IdentityHashMap<>();

  /**
   * Addresses of what a rule says.
   *
   * @param inverse sets of inverse frequencies
   * @param factors the factor of each set
   * @param axes the axis of each pair; 0 where all pairs are on the first one
   */
  private record Frequencies(long inverse, long factors, long axes) {}

  CudaRotary(CudaStream stream, KernelLibrary kernels, WeightLoader weights) {
    this.stream = stream;
    this.kernels = kernels;
    this.weights = weights;
  }

  /** Fills a table [tokens, rotaryDim] of float32 for the present step. */
  void table(RotarySpec spec, StepState state, CudaTensor table) {
    if (spec.switchLength() == Integer.MAX_VALUE) {
      table(spec, state.axes(), state.axisStride(), table);
    } else {
      FrequencyState own = state.frequencies(spec, stream);
      Frequencies frequencies = new Frequencies(own.inverseFrequencies(), own.factors(), 0);
      table(frequencies, own.tokenSets(), state.axes(), state.axisStride(), table);
    }
  }

  /**
   * Fills a table [rows, rotaryDim] of float32 by a rule that does not look at the length.
   *
   * @param positions address of positions on the axes, {@code stride} numbers apart
   */
  void table(RotarySpec spec, long positions, int stride, CudaTensor table) {
    table(constants.computeIfAbsent(spec, this::constant), 0, positions, stride, table);
  }

  private void table(
      Frequencies frequencies, long sets, long positions, int stride, CudaTensor table) {
    stream
        .arguments()
        .pointer(table.address())
        .pointer(positions)
        .pointer(frequencies.axes)
        .pointer(frequencies.inverse)
        .pointer(frequencies.factors)
        .pointer(sets)
        .int32(table.rowCount())
        .int32(table.columns())
        .int32(stride)
        .int32(0);
    int pairs = Math.multiplyExact(table.rowCount(), table.columns() / 2);
    stream.launch(
        kernels.plain("rotary", "rotary_table"),
        LaunchShape.of(Math.ceilDiv(pairs, TABLE_THREADS), TABLE_THREADS));
  }

  private Frequencies constant(RotarySpec spec) {
    if (stream.capturing()) {
      throw new IllegalStateException("a graph is recorded before its step ran once");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frequencies =
          arena.allocateFrom(ValueLayout.JAVA_DOUBLE, spec.inverseFrequencies(1));
      MemorySegment factor = arena.allocateFrom(ValueLayout.JAVA_FLOAT, spec.attentionFactor(1));
      return new Frequencies(weights.constant(frequencies), weights.constant(factor), axes(spec));
    }
  }

  private long axes(RotarySpec spec) {
    if (spec.axisCount() == 1) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      int[] axes = IntStream.range(0, spec.rotaryDim() / 2).map(spec::axis).toArray();
      return weights.constant(arena.allocateFrom(ValueLayout.JAVA_INT, axes));
    }
  }

  /** Rotates queries and keys of rows that no cache keeps. In place. */
  void rotate(CudaTensor qkv, CudaTensor angles, boolean interleaved, AttentionShape shape) {
    int heads = shape.heads() + shape.kvHeads();
    int unit = unit(shape.headDim(), angles.columns(), interleaved);
    int items = heads * turned(angles.columns(), interleaved, unit);
    stream
        .arguments()
        .pointer(qkv.address())
        .pointer(angles.address())
        .int32(heads)
        .int32(shape.headDim())
        .int32(qkv.columns())
        .int32(angles.columns())
        .int32(interleaved ? 1 : 0)
        .int32(0);
    stream.launch(
        kernels.typed("rotary", "rotate_rows"),
        LaunchShape.plane(qkv.rowCount(), Math.ceilDiv(items, ROTATE_THREADS), ROTATE_THREADS, 0));
  }

  /**
   * Rotates queries and keys in place and writes keys and values into the cache.
   *
   * @param from the first row; those before it are left as they are
   */
  void rotate(PagedCall call, int from) {
    CudaTensor qkv = call.qkv();
    CudaTensor angles = call.angles();
    StepState state = call.state();
    int rows = qkv.rowCount() - from;
    if (rows == 0) {
      return;
    }
    KernelArguments arguments = stream.arguments();
    call.cacheView(arguments);
    arguments
        .pointer(qkv.address() + from * qkv.columns() * ACTIVATION_BYTES)
        .pointer(angles.address() + (long) from * angles.columns() * Float.BYTES)
        .pointer(state.positions() + (long) from * Integer.BYTES)
        .pointer(state.tokenSequence() + (long) from * Integer.BYTES)
        .pointer(state.context())
        .int32(call.shape().heads())
        .int32(angles.columns())
        .int32(call.interleaved() ? 1 : 0)
        .int32(0);
    int items = items(call.shape(), angles.columns(), call.interleaved());
    stream.launch(
        kernels.typed("rotary", "rotate_and_store"),
        LaunchShape.plane(Math.ceilDiv(items, ROTATE_THREADS), rows, ROTATE_THREADS, 0));
  }

  /** The rule of RotateParams in rotary.cu. */
  private static int items(AttentionShape shape, int rotaryDim, boolean interleaved) {
    int headDim = shape.headDim();
    int unit = unit(headDim, rotaryDim, interleaved);
    int turned = turned(rotaryDim, interleaved, unit);
    return (shape.heads() + shape.kvHeads()) * (turned + (headDim - rotaryDim) / unit)
        + shape.kvHeads() * headDim / unit;
  }

  private static int unit(int headDim, int rotaryDim, boolean interleaved) {
    return headDim % 8 == 0 && rotaryDim % (interleaved ? 8 : 16) == 0 ? 8 : 1;
  }

  private static int turned(int rotaryDim, boolean interleaved, int unit) {
    return interleaved && unit > 1 ? rotaryDim / unit : rotaryDim / 2 / unit;
  }
}
