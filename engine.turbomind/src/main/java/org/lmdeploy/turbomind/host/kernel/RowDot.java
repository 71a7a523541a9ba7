package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.I;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Matrix-vector micro-kernels: eight weight rows times one packed activation row, decoded on the
 * fly.
 *
 * <p>All read the accumulator vectors at {@code acc + row * BYTES}, add {@code steps} chunks of K
 * and write them back. Eight rows give eight independent FMA chains and eight memory streams (two
 * at a time for fp16). The order within one chain (even vector, odd vector, next chunk) is the
 * canonical one of {@link MatMul}. The unrolling is by hand because accumulators kept in arrays
 * would leave the registers.
 */
final class RowDot {

  static final int ROWS = 8;

  private static final int UPPER = 0xFFFF0000;

  private RowDot() {}

  static void run(
      WeightFormat format,
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment x,
      long xo,
      MemorySegment acc,
      long ao,
      int steps) {
    switch (format) {
      case BF16 -> bf16(w, wo, rowBytes, x, xo, acc, ao, steps);
      case FP16 -> fp16(w, wo, rowBytes, x, xo, acc, ao, steps);
      case FP32 -> fp32(w, wo, rowBytes, x, xo, acc, ao, steps);
    }
  }

  private static void bf16(
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment x,
      long xo,
      MemorySegment acc,
      long ao,
      int steps) {
    wo += w.address();
    w = Lanes.MEMORY;
    xo += x.address();
    x = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    FloatVector a0 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
    FloatVector a2 = FloatVector.fromMemorySegment(F, acc, ao + 2L * BYTES, ORDER);
    FloatVector a3 = FloatVector.fromMemorySegment(F, acc, ao + 3L * BYTES, ORDER);
    FloatVector a4 = FloatVector.fromMemorySegment(F, acc, ao + 4L * BYTES, ORDER);
    FloatVector a5 = FloatVector.fromMemorySegment(F, acc, ao + 5L * BYTES, ORDER);
    FloatVector a6 = FloatVector.fromMemorySegment(F, acc, ao + 6L * BYTES, ORDER);
    FloatVector a7 = FloatVector.fromMemorySegment(F, acc, ao + 7L * BYTES, ORDER);
    long w1 = wo + rowBytes;
    long w2 = wo + 2 * rowBytes;
    long w3 = wo + 3 * rowBytes;
    long w4 = wo + 4 * rowBytes;
    long w5 = wo + 5 * rowBytes;
    long w6 = wo + 6 * rowBytes;
    long w7 = wo + 7 * rowBytes;
    for (int k = 0; k < steps; k++) {
      long o = (long) k * BYTES;
      FloatVector even = FloatVector.fromMemorySegment(F, x, xo + 2 * o, ORDER);
      FloatVector odd = FloatVector.fromMemorySegment(F, x, xo + 2 * o + BYTES, ORDER);
      IntVector p = IntVector.fromMemorySegment(I, w, wo + o, ORDER);
      a0 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a0));
      p = IntVector.fromMemorySegment(I, w, w1 + o, ORDER);
      a1 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a1));
      p = IntVector.fromMemorySegment(I, w, w2 + o, ORDER);
      a2 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a2));
      p = IntVector.fromMemorySegment(I, w, w3 + o, ORDER);
      a3 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a3));
      p = IntVector.fromMemorySegment(I, w, w4 + o, ORDER);
      a4 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a4));
      p = IntVector.fromMemorySegment(I, w, w5 + o, ORDER);
      a5 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a5));
      p = IntVector.fromMemorySegment(I, w, w6 + o, ORDER);
      a6 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a6));
      p = IntVector.fromMemorySegment(I, w, w7 + o, ORDER);
      a7 =
          p.and(UPPER)
              .reinterpretAsFloats()
              .fma(odd, p.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a7));
    }
    a0.intoMemorySegment(acc, ao + 0L * BYTES, ORDER);
    a1.intoMemorySegment(acc, ao + 1L * BYTES, ORDER);
    a2.intoMemorySegment(acc, ao + 2L * BYTES, ORDER);
    a3.intoMemorySegment(acc, ao + 3L * BYTES, ORDER);
    a4.intoMemorySegment(acc, ao + 4L * BYTES, ORDER);
    a5.intoMemorySegment(acc, ao + 5L * BYTES, ORDER);
    a6.intoMemorySegment(acc, ao + 6L * BYTES, ORDER);
    a7.intoMemorySegment(acc, ao + 7L * BYTES, ORDER);
  }

  /** Two rows at a time: the conversions of eight would exceed the inlining budget of C2. */
  private static void fp16(
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment x,
      long xo,
      MemorySegment acc,
      long ao,
      int steps) {
    wo += w.address();
    w = Lanes.MEMORY;
    xo += x.address();
    x = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    for (int r = 0; r < ROWS; r += 2) {
      long w0 = wo + r * rowBytes;
      fp16Pair(w, w0, w0 + rowBytes, x, xo, acc, ao + (long) r * BYTES, steps);
    }
  }

  private static void fp16Pair(
      MemorySegment w,
      long w0,
      long w1,
      MemorySegment x,
      long xo,
      MemorySegment acc,
      long ao,
      int steps) {
    FloatVector a0 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
    for (int k = 0; k < steps; k++) {
      long o = (long) k * BYTES;
      FloatVector even = FloatVector.fromMemorySegment(F, x, xo + 2 * o, ORDER);
      FloatVector odd = FloatVector.fromMemorySegment(F, x, xo + 2 * o + BYTES, ORDER);
      IntVector p = IntVector.fromMemorySegment(I, w, w0 + o, ORDER);
      a0 = Decode.fp16Odd(p).fma(odd, Decode.fp16Even(p).fma(even, a0));
      p = IntVector.fromMemorySegment(I, w, w1 + o, ORDER);
      a1 = Decode.fp16Odd(p).fma(odd, Decode.fp16Even(p).fma(even, a1));
    }
    a0.intoMemorySegment(acc, ao, ORDER);
    a1.intoMemorySegment(acc, ao + BYTES, ORDER);
  }

  private static void fp32(
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment x,
      long xo,
      MemorySegment acc,
      long ao,
      int steps) {
    wo += w.address();
    w = Lanes.MEMORY;
    xo += x.address();
    x = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    FloatVector a0 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
    FloatVector a2 = FloatVector.fromMemorySegment(F, acc, ao + 2L * BYTES, ORDER);
    FloatVector a3 = FloatVector.fromMemorySegment(F, acc, ao + 3L * BYTES, ORDER);
    FloatVector a4 = FloatVector.fromMemorySegment(F, acc, ao + 4L * BYTES, ORDER);
    FloatVector a5 = FloatVector.fromMemorySegment(F, acc, ao + 5L * BYTES, ORDER);
    FloatVector a6 = FloatVector.fromMemorySegment(F, acc, ao + 6L * BYTES, ORDER);
    FloatVector a7 = FloatVector.fromMemorySegment(F, acc, ao + 7L * BYTES, ORDER);
    long w1 = wo + rowBytes;
    long w2 = wo + 2 * rowBytes;
    long w3 = wo + 3 * rowBytes;
    long w4 = wo + 4 * rowBytes;
    long w5 = wo + 5 * rowBytes;
    long w6 = wo + 6 * rowBytes;
    long w7 = wo + 7 * rowBytes;
    for (int k = 0; k < steps; k++) {
      long o = (long) k * BYTES;
      FloatVector v = FloatVector.fromMemorySegment(F, x, xo + o, ORDER);
      a0 = FloatVector.fromMemorySegment(F, w, wo + o, ORDER).fma(v, a0);
      a1 = FloatVector.fromMemorySegment(F, w, w1 + o, ORDER).fma(v, a1);
      a2 = FloatVector.fromMemorySegment(F, w, w2 + o, ORDER).fma(v, a2);
      a3 = FloatVector.fromMemorySegment(F, w, w3 + o, ORDER).fma(v, a3);
      a4 = FloatVector.fromMemorySegment(F, w, w4 + o, ORDER).fma(v, a4);
      a5 = FloatVector.fromMemorySegment(F, w, w5 + o, ORDER).fma(v, a5);
      a6 = FloatVector.fromMemorySegment(F, w, w6 + o, ORDER).fma(v, a6);
      a7 = FloatVector.fromMemorySegment(F, w, w7 + o, ORDER).fma(v, a7);
    }
    a0.intoMemorySegment(acc, ao + 0L * BYTES, ORDER);
    a1.intoMemorySegment(acc, ao + 1L * BYTES, ORDER);
    a2.intoMemorySegment(acc, ao + 2L * BYTES, ORDER);
    a3.intoMemorySegment(acc, ao + 3L * BYTES, ORDER);
    a4.intoMemorySegment(acc, ao + 4L * BYTES, ORDER);
    a5.intoMemorySegment(acc, ao + 5L * BYTES, ORDER);
    a6.intoMemorySegment(acc, ao + 6L * BYTES, ORDER);
    a7.intoMemorySegment(acc, ao + 7L * BYTES, ORDER);
  }
}
