package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.Map;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.KernelArguments;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/**
 * Launches the kernels of rotary.cu: the table of a step, and rotation with the write to the cache.
 */
final class CudaRotary {
  private static final int TABLE_THREADS = 256;
  private static final int ROTATE_THREADS = 128;
  private static final long ACTIVATION_BYTES = 2;

  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final WeightLoader weights;

  /** Frequencies of rules that do not look at the length: addresses of frequencies and factor. */
  private final Map<RotarySpec, long[]> constants = new IdentityHashMap<>();

  CudaRotary(CudaStream stream, KernelLibrary kernels, WeightLoader weights) {
    this.stream = stream;
    this.kernels = kernels;
    this.weights = weights;
  }

  /** Fills a table [tokens, rotaryDim] of float32 for the present step. */
  void table(RotarySpec spec, StepState state, int tokens, CudaTensor table) {
    long frequencies;
    long factors;
    long sets;
    if (spec.switchLength() == Integer.MAX_VALUE) {
      long[] constant = constants.computeIfAbsent(spec, this::constant);
      frequencies = constant[0];
      factors = constant[1];
      sets = 0;
    } else {
      FrequencyState own = state.frequencies(spec, stream);
      frequencies = own.inverseFrequencies();
      factors = own.factors();
      sets = own.tokenSets();
    }
    stream
        .arguments()
        .pointer(table.address())
        .pointer(state.positions())
        .pointer(frequencies)
        .pointer(factors)
        .pointer(sets)
        .int32(tokens)
        .int32(spec.rotaryDim());
    int pairs = Math.multiplyExact(tokens, spec.rotaryDim() / 2);
    stream.launch(
        kernels.plain("rotary", "rotary_table"),
        LaunchShape.of(Math.ceilDiv(pairs, TABLE_THREADS), TABLE_THREADS));
  }

  private long[] constant(RotarySpec spec) {
    if (stream.capturing()) {
      throw new IllegalStateException("a graph is recorded before its step ran once");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frequencies =
          arena.allocateFrom(ValueLayout.JAVA_DOUBLE, spec.inverseFrequencies(1));
      MemorySegment factor = arena.allocateFrom(ValueLayout.JAVA_FLOAT, spec.attentionFactor(1));
      return new long[] {weights.constant(frequencies), weights.constant(factor)};
    }
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
    boolean vectors = headDim % 8 == 0 && rotaryDim % (interleaved ? 8 : 16) == 0;
    int unit = vectors ? 8 : 1;
    int turned = interleaved && vectors ? rotaryDim / 8 : rotaryDim / 2 / unit;
    return (shape.heads() + shape.kvHeads()) * (turned + (headDim - rotaryDim) / unit)
        + shape.kvHeads() * headDim / unit;
  }
}
