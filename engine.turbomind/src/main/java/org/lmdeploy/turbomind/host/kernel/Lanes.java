package org.lmdeploy.turbomind.host.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector shape shared by all host kernels, and lane operations with a fixed order of evaluation.
 *
 * <p>A vector carried from one round of a loop to the next is always an argument, never the
 * receiver: {@code v.add(sum)}, not {@code sum.add(v)}. Before it has a profile C2 knows the class
 * of a vector only where it was made, and a call on one whose class it does not know leaves all
 * vectors of the loop on the heap for good.
 */
final class Lanes {

  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;

  /** Lanes of one vector: 16 on AVX-512, 8 on AVX2, 4 on NEON. */
  static final int COUNT = F.length();

  /** Bytes of one vector. */
  static final int BYTES = F.vectorByteSize();

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  /**
   * AVX2 has 16 vector registers; AVX-512 and NEON have 32, which decides the width of attention
   * tiles.
   */
  static final boolean MANY_REGISTERS = COUNT != 8;

  private static final VectorShuffle<Float> FOLD_8 = rotation(8);
  private static final VectorShuffle<Float> FOLD_4 = rotation(4);
  private static final VectorShuffle<Float> FOLD_2 = rotation(2);
  private static final VectorShuffle<Float> FOLD_1 = rotation(1);

  /**
   * All memory, for absolute addresses. The innermost loops read and write through this constant:
   * otherwise C2 may give up hoisting the checks of lifetime and bounds, which then cost half of
   * their time. What they are given has been checked before: matrices when they are made,
   * activations by their shapes; and their memory is held by the caller.
   */
  @SuppressWarnings("restricted")
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Lanes() {}

  private static VectorShuffle<Float> rotation(int distance) {
    return VectorShuffle.fromOp(F, i -> (i + distance) % COUNT);
  }

  static FloatVector load(MemorySegment s, long offset) {
    return FloatVector.fromMemorySegment(F, s, offset, ORDER);
  }

  /**
   * Sum over lanes by halving: lane i + lane i+8, then 4, 2, 1. Used instead of {@code
   * reduceLanes}, whose order is unspecified and differs between interpreted and compiled code.
   */
  static float sum(FloatVector v) {
    if (COUNT >= 16) {
      v = v.add(v.rearrange(FOLD_8));
    }
    if (COUNT >= 8) {
      v = v.add(v.rearrange(FOLD_4));
    }
    v = v.add(v.rearrange(FOLD_2));
    return v.add(v.rearrange(FOLD_1)).lane(0);
  }

  /** Largest lane; order does not matter for a maximum. */
  static float max(FloatVector v) {
    return v.reduceLanes(VectorOperators.MAX);
  }
}
