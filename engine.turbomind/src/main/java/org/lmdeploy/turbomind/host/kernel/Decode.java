package org.lmdeploy.turbomind.host.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact widening of fp16 to fp32, two per 32-bit lane. For bf16 the shift or mask that selects an
 * element is all of it.
 *
 * <pre>
 * lane   31 ........ 16 15 ......... 0     little-endian pair
 *        odd element    even element
 * </pre>
 */
final class Decode {

  // Vectors rather than ints: a broadcast costs C2 several times the nodes of a load, and its
  // inlining budget is short.
  private static final IntVector HALF_MAGNITUDE = all(0x7FFF0000);
  private static final IntVector SIGN = all(0x80000000);

  /** Half infinity after its exponent and mantissa have been moved to their fp32 positions. */
  private static final IntVector HALF_INFINITY = all(0x0F800000);

  private static final IntVector INFINITY = all(0x7F800000);

  /** Difference of the exponent biases, 127 - 15. */
  private static final FloatVector REBIAS = FloatVector.broadcast(Lanes.F, 0x1p112f);

  private Decode() {}

  static FloatVector fp16Even(IntVector pair) {
    return fp16Odd(pair.lanewise(VectorOperators.LSHL, 16));
  }

  /**
   * The multiplication by 2^112 rebiases the exponent and normalises subnormal halves in one exact
   * step; only infinity and NaN need their exponent completed.
   */
  static FloatVector fp16Odd(IntVector pair) {
    IntVector magnitude = pair.and(HALF_MAGNITUDE).lanewise(VectorOperators.LSHR, 3);
    VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, HALF_INFINITY);
    IntVector wide = magnitude.reinterpretAsFloats().mul(REBIAS).reinterpretAsInts();
    return wide.lanewise(VectorOperators.OR, INFINITY, special)
        .or(pair.and(SIGN))
        .reinterpretAsFloats();
  }

  private static IntVector all(int value) {
    return IntVector.broadcast(Lanes.I, value);
  }
}
