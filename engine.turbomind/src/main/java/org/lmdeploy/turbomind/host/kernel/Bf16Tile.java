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
 * Micro-kernel for bf16 weights: four or two activation rows by three weight rows decoded on the
 * fly, so that the stream from memory overlaps the arithmetic instead of alternating with it as
 * panels do.
 *
 * <p>Operands and the order of summation are those of {@link PanelTile}, except that {@code w} is
 * the matrix itself and that the accumulators start at zero and are only written. The unrolling is
 * by hand because accumulators kept in arrays would leave the registers.
 *
 * <p>Do not enlarge the tile: with four weight rows C1 runs out of virtual registers, and HotSpot
 * then leaves the method in the second tier for good.
 */
final class Bf16Tile {

  static final int WIDTH = 3;

  private static final int UPPER = 0xFFFF0000;

  private Bf16Tile() {}

  static void run(
      int rows,
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment acc,
      long ao,
      long accRow,
      int chunks) {
    switch (rows) {
      case 4 -> rows4(x, xo, w, wo, rowBytes, acc, ao, accRow, chunks);
      case 2 -> rows2(x, xo, w, wo, rowBytes, acc, ao, accRow, chunks);
      default -> throw new IllegalArgumentException("no tile of " + rows + " rows");
    }
  }

  private static void rows4(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment acc,
      long ao,
      long accRow,
      int chunks) {
    xo += x.address();
    x = Lanes.MEMORY;
    wo += w.address();
    w = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    long w1 = wo + rowBytes;
    long w2 = wo + 2 * rowBytes;
    for (int k = 0; k < chunks; k++) {
      long o = (long) k * BYTES;
      long q = xo + (long) k * (8 * BYTES);
      FloatVector x0 = FloatVector.fromMemorySegment(F, x, q, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(F, x, q + BYTES, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(F, x, q + 2 * BYTES, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(F, x, q + 3 * BYTES, ORDER);
      IntVector p0 = IntVector.fromMemorySegment(I, w, wo + o, ORDER);
      FloatVector v = p0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      c00 = v.fma(x0, c00);
      c10 = v.fma(x1, c10);
      c20 = v.fma(x2, c20);
      c30 = v.fma(x3, c30);
      IntVector p1 = IntVector.fromMemorySegment(I, w, w1 + o, ORDER);
      v = p1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      c01 = v.fma(x0, c01);
      c11 = v.fma(x1, c11);
      c21 = v.fma(x2, c21);
      c31 = v.fma(x3, c31);
      IntVector p2 = IntVector.fromMemorySegment(I, w, w2 + o, ORDER);
      v = p2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      c02 = v.fma(x0, c02);
      c12 = v.fma(x1, c12);
      c22 = v.fma(x2, c22);
      c32 = v.fma(x3, c32);
      x0 = FloatVector.fromMemorySegment(F, x, q + 4 * BYTES, ORDER);
      x1 = FloatVector.fromMemorySegment(F, x, q + 5 * BYTES, ORDER);
      x2 = FloatVector.fromMemorySegment(F, x, q + 6 * BYTES, ORDER);
      x3 = FloatVector.fromMemorySegment(F, x, q + 7 * BYTES, ORDER);
      v = p0.and(UPPER).reinterpretAsFloats();
      c00 = v.fma(x0, c00);
      c10 = v.fma(x1, c10);
      c20 = v.fma(x2, c20);
      c30 = v.fma(x3, c30);
      v = p1.and(UPPER).reinterpretAsFloats();
      c01 = v.fma(x0, c01);
      c11 = v.fma(x1, c11);
      c21 = v.fma(x2, c21);
      c31 = v.fma(x3, c31);
      v = p2.and(UPPER).reinterpretAsFloats();
      c02 = v.fma(x0, c02);
      c12 = v.fma(x1, c12);
      c22 = v.fma(x2, c22);
      c32 = v.fma(x3, c32);
    }
    c00.intoMemorySegment(acc, ao, ORDER);
    c01.intoMemorySegment(acc, ao + BYTES, ORDER);
    c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
    c10.intoMemorySegment(acc, ao + accRow, ORDER);
    c11.intoMemorySegment(acc, ao + accRow + BYTES, ORDER);
    c12.intoMemorySegment(acc, ao + accRow + 2 * BYTES, ORDER);
    c20.intoMemorySegment(acc, ao + 2 * accRow, ORDER);
    c21.intoMemorySegment(acc, ao + 2 * accRow + BYTES, ORDER);
    c22.intoMemorySegment(acc, ao + 2 * accRow + 2 * BYTES, ORDER);
    c30.intoMemorySegment(acc, ao + 3 * accRow, ORDER);
    c31.intoMemorySegment(acc, ao + 3 * accRow + BYTES, ORDER);
    c32.intoMemorySegment(acc, ao + 3 * accRow + 2 * BYTES, ORDER);
  }

  private static void rows2(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long rowBytes,
      MemorySegment acc,
      long ao,
      long accRow,
      int chunks) {
    xo += x.address();
    x = Lanes.MEMORY;
    wo += w.address();
    w = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    long w1 = wo + rowBytes;
    long w2 = wo + 2 * rowBytes;
    for (int k = 0; k < chunks; k++) {
      long o = (long) k * BYTES;
      long q = xo + (long) k * (4 * BYTES);
      FloatVector x0 = FloatVector.fromMemorySegment(F, x, q, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(F, x, q + BYTES, ORDER);
      IntVector p0 = IntVector.fromMemorySegment(I, w, wo + o, ORDER);
      FloatVector v = p0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      c00 = v.fma(x0, c00);
      c10 = v.fma(x1, c10);
      IntVector p1 = IntVector.fromMemorySegment(I, w, w1 + o, ORDER);
      v = p1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      c01 = v.fma(x0, c01);
      c11 = v.fma(x1, c11);
      IntVector p2 = IntVector.fromMemorySegment(I, w, w2 + o, ORDER);
      v = p2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      c02 = v.fma(x0, c02);
      c12 = v.fma(x1, c12);
      x0 = FloatVector.fromMemorySegment(F, x, q + 2 * BYTES, ORDER);
      x1 = FloatVector.fromMemorySegment(F, x, q + 3 * BYTES, ORDER);
      v = p0.and(UPPER).reinterpretAsFloats();
      c00 = v.fma(x0, c00);
      c10 = v.fma(x1, c10);
      v = p1.and(UPPER).reinterpretAsFloats();
      c01 = v.fma(x0, c01);
      c11 = v.fma(x1, c11);
      v = p2.and(UPPER).reinterpretAsFloats();
      c02 = v.fma(x0, c02);
      c12 = v.fma(x1, c12);
    }
    c00.intoMemorySegment(acc, ao, ORDER);
    c01.intoMemorySegment(acc, ao + BYTES, ORDER);
    c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
    c10.intoMemorySegment(acc, ao + accRow, ORDER);
    c11.intoMemorySegment(acc, ao + accRow + BYTES, ORDER);
    c12.intoMemorySegment(acc, ao + accRow + 2 * BYTES, ORDER);
  }
}
