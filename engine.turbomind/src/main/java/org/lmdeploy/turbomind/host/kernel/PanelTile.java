package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Matrix-matrix micro-kernel of up to four activation rows by three decoded weight rows; 12
 * accumulators, 3 weights and 1 activation fit the 16 registers of AVX2.
 *
 * <p>Operands are packed: {@code x[step][row][lane]} and {@code w[step][3][lane]}, so both are read
 * strictly forward. Accumulator vectors live in {@code acc[row][weight row][lane]} with {@code
 * accRow} bytes between rows and are carried from one K block to the next, which keeps the order of
 * summation independent of the blocking. The unrolling is by hand because accumulators kept in
 * arrays would leave the registers.
 *
 * <p>Do not enlarge the tile: with six weight rows C1 can run out of virtual registers, and HotSpot
 * then leaves the method in the second tier for good.
 */
final class PanelTile {

  static final int WIDTH = 3;

  private PanelTile() {}

  static void run(
      int rows,
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      MemorySegment acc,
      long ao,
      long accRow,
      int steps) {
    switch (rows) {
      case 4 -> rows4(x, xo, w, wo, acc, ao, accRow, steps);
      case 2 -> rows2(x, xo, w, wo, acc, ao, accRow, steps);
      case 1 -> rows1(x, xo, w, wo, acc, ao, steps);
      default -> throw new IllegalArgumentException("no tile of " + rows + " rows");
    }
  }

  private static void rows4(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      MemorySegment acc,
      long ao,
      long accRow,
      int steps) {
    xo += x.address();
    x = Lanes.MEMORY;
    wo += w.address();
    w = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    long o1 = ao + accRow;
    long o2 = ao + 2 * accRow;
    long o3 = ao + 3 * accRow;
    FloatVector c00 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
    FloatVector c02 = FloatVector.fromMemorySegment(F, acc, ao + 2 * BYTES, ORDER);
    FloatVector c10 = FloatVector.fromMemorySegment(F, acc, o1, ORDER);
    FloatVector c11 = FloatVector.fromMemorySegment(F, acc, o1 + BYTES, ORDER);
    FloatVector c12 = FloatVector.fromMemorySegment(F, acc, o1 + 2 * BYTES, ORDER);
    FloatVector c20 = FloatVector.fromMemorySegment(F, acc, o2, ORDER);
    FloatVector c21 = FloatVector.fromMemorySegment(F, acc, o2 + BYTES, ORDER);
    FloatVector c22 = FloatVector.fromMemorySegment(F, acc, o2 + 2 * BYTES, ORDER);
    FloatVector c30 = FloatVector.fromMemorySegment(F, acc, o3, ORDER);
    FloatVector c31 = FloatVector.fromMemorySegment(F, acc, o3 + BYTES, ORDER);
    FloatVector c32 = FloatVector.fromMemorySegment(F, acc, o3 + 2 * BYTES, ORDER);
    for (int k = 0; k < steps; k++) {
      long p = wo + (long) k * (3 * BYTES);
      long q = xo + (long) k * (4 * BYTES);
      FloatVector w0 = FloatVector.fromMemorySegment(F, w, p, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(F, w, p + BYTES, ORDER);
      FloatVector w2 = FloatVector.fromMemorySegment(F, w, p + 2 * BYTES, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, x, q, ORDER);
      c00 = v.fma(w0, c00);
      c01 = v.fma(w1, c01);
      c02 = v.fma(w2, c02);
      v = FloatVector.fromMemorySegment(F, x, q + BYTES, ORDER);
      c10 = v.fma(w0, c10);
      c11 = v.fma(w1, c11);
      c12 = v.fma(w2, c12);
      v = FloatVector.fromMemorySegment(F, x, q + 2 * BYTES, ORDER);
      c20 = v.fma(w0, c20);
      c21 = v.fma(w1, c21);
      c22 = v.fma(w2, c22);
      v = FloatVector.fromMemorySegment(F, x, q + 3 * BYTES, ORDER);
      c30 = v.fma(w0, c30);
      c31 = v.fma(w1, c31);
      c32 = v.fma(w2, c32);
    }
    c00.intoMemorySegment(acc, ao, ORDER);
    c01.intoMemorySegment(acc, ao + BYTES, ORDER);
    c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
    c10.intoMemorySegment(acc, o1, ORDER);
    c11.intoMemorySegment(acc, o1 + BYTES, ORDER);
    c12.intoMemorySegment(acc, o1 + 2 * BYTES, ORDER);
    c20.intoMemorySegment(acc, o2, ORDER);
    c21.intoMemorySegment(acc, o2 + BYTES, ORDER);
    c22.intoMemorySegment(acc, o2 + 2 * BYTES, ORDER);
    c30.intoMemorySegment(acc, o3, ORDER);
    c31.intoMemorySegment(acc, o3 + BYTES, ORDER);
    c32.intoMemorySegment(acc, o3 + 2 * BYTES, ORDER);
  }

  private static void rows2(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      MemorySegment acc,
      long ao,
      long accRow,
      int steps) {
    xo += x.address();
    x = Lanes.MEMORY;
    wo += w.address();
    w = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    long o1 = ao + accRow;
    FloatVector c00 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
    FloatVector c02 = FloatVector.fromMemorySegment(F, acc, ao + 2 * BYTES, ORDER);
    FloatVector c10 = FloatVector.fromMemorySegment(F, acc, o1, ORDER);
    FloatVector c11 = FloatVector.fromMemorySegment(F, acc, o1 + BYTES, ORDER);
    FloatVector c12 = FloatVector.fromMemorySegment(F, acc, o1 + 2 * BYTES, ORDER);
    for (int k = 0; k < steps; k++) {
      long p = wo + (long) k * (3 * BYTES);
      long q = xo + (long) k * (2 * BYTES);
      FloatVector w0 = FloatVector.fromMemorySegment(F, w, p, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(F, w, p + BYTES, ORDER);
      FloatVector w2 = FloatVector.fromMemorySegment(F, w, p + 2 * BYTES, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, x, q, ORDER);
      c00 = v.fma(w0, c00);
      c01 = v.fma(w1, c01);
      c02 = v.fma(w2, c02);
      v = FloatVector.fromMemorySegment(F, x, q + BYTES, ORDER);
      c10 = v.fma(w0, c10);
      c11 = v.fma(w1, c11);
      c12 = v.fma(w2, c12);
    }
    c00.intoMemorySegment(acc, ao, ORDER);
    c01.intoMemorySegment(acc, ao + BYTES, ORDER);
    c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
    c10.intoMemorySegment(acc, o1, ORDER);
    c11.intoMemorySegment(acc, o1 + BYTES, ORDER);
    c12.intoMemorySegment(acc, o1 + 2 * BYTES, ORDER);
  }

  private static void rows1(
      MemorySegment x, long xo, MemorySegment w, long wo, MemorySegment acc, long ao, int steps) {
    xo += x.address();
    x = Lanes.MEMORY;
    wo += w.address();
    w = Lanes.MEMORY;
    ao += acc.address();
    acc = Lanes.MEMORY;
    FloatVector c00 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
    FloatVector c02 = FloatVector.fromMemorySegment(F, acc, ao + 2 * BYTES, ORDER);
    for (int k = 0; k < steps; k++) {
      long p = wo + (long) k * (3 * BYTES);
      long q = xo + (long) k * BYTES;
      FloatVector w0 = FloatVector.fromMemorySegment(F, w, p, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(F, w, p + BYTES, ORDER);
      FloatVector w2 = FloatVector.fromMemorySegment(F, w, p + 2 * BYTES, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, x, q, ORDER);
      c00 = v.fma(w0, c00);
      c01 = v.fma(w1, c01);
      c02 = v.fma(w2, c02);
    }
    c00.intoMemorySegment(acc, ao, ORDER);
    c01.intoMemorySegment(acc, ao + BYTES, ORDER);
    c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
  }
}
