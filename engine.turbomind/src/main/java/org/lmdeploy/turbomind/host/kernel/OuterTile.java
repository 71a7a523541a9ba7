package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Outer-product micro-kernel of attention, four rows by a strip of columns: {@code c[r, :] = c[r,
 * :] + sum_k a[r, k] * b[k, :]}, k ascending.
 *
 * <p>Every column is its own chain of fused multiply-adds, so a result does not depend on the strip
 * width or on the neighbouring rows. {@code a} is a heap array because its elements are broadcast
 * one by one; C2 stops inlining when a method exceeds a budget of nodes, and element reads of a
 * segment would spend it.
 */
final class OuterTile {

  static final int ROWS = 4;

  private static final int WIDEST = Lanes.MANY_REGISTERS ? 4 : 2;

  private OuterTile() {}

  /**
   * @param a left operand, row r at {@code ao + r * aRow}
   * @param b right operand, row k at byte {@code bo + k * bRow}
   * @param steps number of k
   * @param c result, row r at byte {@code co + r * cRow}
   * @param columns number of columns, a multiple of the vector length
   */
  static void run(
      float[] a,
      int ao,
      int aRow,
      MemorySegment b,
      long bo,
      long bRow,
      int steps,
      MemorySegment c,
      long co,
      long cRow,
      int columns) {
    int vectors = columns / Lanes.COUNT;
    int v = 0;
    if (WIDEST == 4) {
      for (; v + 4 <= vectors; v += 4) {
        long o = (long) v * BYTES;
        strip4(a, ao, aRow, b, bo + o, bRow, steps, c, co + o, cRow);
      }
    }
    for (; v + 2 <= vectors; v += 2) {
      long o = (long) v * BYTES;
      strip2(a, ao, aRow, b, bo + o, bRow, steps, c, co + o, cRow);
    }
    if (v < vectors) {
      long o = (long) v * BYTES;
      strip1(a, ao, aRow, b, bo + o, bRow, steps, c, co + o, cRow);
    }
  }

  private static void strip4(
      float[] a,
      int ao,
      int aRow,
      MemorySegment b,
      long bo,
      long bRow,
      int steps,
      MemorySegment c,
      long co,
      long cRow) {
    FloatVector c00 = FloatVector.fromMemorySegment(F, c, co, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(F, c, co + BYTES, ORDER);
    FloatVector c02 = FloatVector.fromMemorySegment(F, c, co + 2 * BYTES, ORDER);
    FloatVector c03 = FloatVector.fromMemorySegment(F, c, co + 3 * BYTES, ORDER);
    FloatVector c10 = FloatVector.fromMemorySegment(F, c, co + cRow, ORDER);
    FloatVector c11 = FloatVector.fromMemorySegment(F, c, co + cRow + BYTES, ORDER);
    FloatVector c12 = FloatVector.fromMemorySegment(F, c, co + cRow + 2 * BYTES, ORDER);
    FloatVector c13 = FloatVector.fromMemorySegment(F, c, co + cRow + 3 * BYTES, ORDER);
    FloatVector c20 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow, ORDER);
    FloatVector c21 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow + BYTES, ORDER);
    FloatVector c22 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow + 2 * BYTES, ORDER);
    FloatVector c23 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow + 3 * BYTES, ORDER);
    FloatVector c30 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow, ORDER);
    FloatVector c31 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow + BYTES, ORDER);
    FloatVector c32 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow + 2 * BYTES, ORDER);
    FloatVector c33 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow + 3 * BYTES, ORDER);
    int a1 = ao + aRow;
    int a2 = ao + 2 * aRow;
    int a3 = ao + 3 * aRow;
    for (int k = 0; k < steps; k++) {
      long p = bo + k * bRow;
      FloatVector b0 = FloatVector.fromMemorySegment(F, b, p, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(F, b, p + BYTES, ORDER);
      FloatVector b2 = FloatVector.fromMemorySegment(F, b, p + 2 * BYTES, ORDER);
      FloatVector b3 = FloatVector.fromMemorySegment(F, b, p + 3 * BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(F, a[ao + k]);
      c00 = b0.fma(x, c00);
      c01 = b1.fma(x, c01);
      c02 = b2.fma(x, c02);
      c03 = b3.fma(x, c03);
      x = FloatVector.broadcast(F, a[a1 + k]);
      c10 = b0.fma(x, c10);
      c11 = b1.fma(x, c11);
      c12 = b2.fma(x, c12);
      c13 = b3.fma(x, c13);
      x = FloatVector.broadcast(F, a[a2 + k]);
      c20 = b0.fma(x, c20);
      c21 = b1.fma(x, c21);
      c22 = b2.fma(x, c22);
      c23 = b3.fma(x, c23);
      x = FloatVector.broadcast(F, a[a3 + k]);
      c30 = b0.fma(x, c30);
      c31 = b1.fma(x, c31);
      c32 = b2.fma(x, c32);
      c33 = b3.fma(x, c33);
    }
    c00.intoMemorySegment(c, co, ORDER);
    c01.intoMemorySegment(c, co + BYTES, ORDER);
    c02.intoMemorySegment(c, co + 2 * BYTES, ORDER);
    c03.intoMemorySegment(c, co + 3 * BYTES, ORDER);
    c10.intoMemorySegment(c, co + cRow, ORDER);
    c11.intoMemorySegment(c, co + cRow + BYTES, ORDER);
    c12.intoMemorySegment(c, co + cRow + 2 * BYTES, ORDER);
    c13.intoMemorySegment(c, co + cRow + 3 * BYTES, ORDER);
    c20.intoMemorySegment(c, co + 2 * cRow, ORDER);
    c21.intoMemorySegment(c, co + 2 * cRow + BYTES, ORDER);
    c22.intoMemorySegment(c, co + 2 * cRow + 2 * BYTES, ORDER);
    c23.intoMemorySegment(c, co + 2 * cRow + 3 * BYTES, ORDER);
    c30.intoMemorySegment(c, co + 3 * cRow, ORDER);
    c31.intoMemorySegment(c, co + 3 * cRow + BYTES, ORDER);
    c32.intoMemorySegment(c, co + 3 * cRow + 2 * BYTES, ORDER);
    c33.intoMemorySegment(c, co + 3 * cRow + 3 * BYTES, ORDER);
  }

  private static void strip2(
      float[] a,
      int ao,
      int aRow,
      MemorySegment b,
      long bo,
      long bRow,
      int steps,
      MemorySegment c,
      long co,
      long cRow) {
    FloatVector c00 = FloatVector.fromMemorySegment(F, c, co, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(F, c, co + BYTES, ORDER);
    FloatVector c10 = FloatVector.fromMemorySegment(F, c, co + cRow, ORDER);
    FloatVector c11 = FloatVector.fromMemorySegment(F, c, co + cRow + BYTES, ORDER);
    FloatVector c20 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow, ORDER);
    FloatVector c21 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow + BYTES, ORDER);
    FloatVector c30 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow, ORDER);
    FloatVector c31 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow + BYTES, ORDER);
    int a1 = ao + aRow;
    int a2 = ao + 2 * aRow;
    int a3 = ao + 3 * aRow;
    for (int k = 0; k < steps; k++) {
      long p = bo + k * bRow;
      FloatVector b0 = FloatVector.fromMemorySegment(F, b, p, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(F, b, p + BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(F, a[ao + k]);
      c00 = b0.fma(x, c00);
      c01 = b1.fma(x, c01);
      x = FloatVector.broadcast(F, a[a1 + k]);
      c10 = b0.fma(x, c10);
      c11 = b1.fma(x, c11);
      x = FloatVector.broadcast(F, a[a2 + k]);
      c20 = b0.fma(x, c20);
      c21 = b1.fma(x, c21);
      x = FloatVector.broadcast(F, a[a3 + k]);
      c30 = b0.fma(x, c30);
      c31 = b1.fma(x, c31);
    }
    c00.intoMemorySegment(c, co, ORDER);
    c01.intoMemorySegment(c, co + BYTES, ORDER);
    c10.intoMemorySegment(c, co + cRow, ORDER);
    c11.intoMemorySegment(c, co + cRow + BYTES, ORDER);
    c20.intoMemorySegment(c, co + 2 * cRow, ORDER);
    c21.intoMemorySegment(c, co + 2 * cRow + BYTES, ORDER);
    c30.intoMemorySegment(c, co + 3 * cRow, ORDER);
    c31.intoMemorySegment(c, co + 3 * cRow + BYTES, ORDER);
  }

  private static void strip1(
      float[] a,
      int ao,
      int aRow,
      MemorySegment b,
      long bo,
      long bRow,
      int steps,
      MemorySegment c,
      long co,
      long cRow) {
    FloatVector c00 = FloatVector.fromMemorySegment(F, c, co, ORDER);
    FloatVector c10 = FloatVector.fromMemorySegment(F, c, co + cRow, ORDER);
    FloatVector c20 = FloatVector.fromMemorySegment(F, c, co + 2 * cRow, ORDER);
    FloatVector c30 = FloatVector.fromMemorySegment(F, c, co + 3 * cRow, ORDER);
    int a1 = ao + aRow;
    int a2 = ao + 2 * aRow;
    int a3 = ao + 3 * aRow;
    for (int k = 0; k < steps; k++) {
      long p = bo + k * bRow;
      FloatVector b0 = FloatVector.fromMemorySegment(F, b, p, ORDER);
      FloatVector x = FloatVector.broadcast(F, a[ao + k]);
      c00 = b0.fma(x, c00);
      x = FloatVector.broadcast(F, a[a1 + k]);
      c10 = b0.fma(x, c10);
      x = FloatVector.broadcast(F, a[a2 + k]);
      c20 = b0.fma(x, c20);
      x = FloatVector.broadcast(F, a[a3 + k]);
      c30 = b0.fma(x, c30);
    }
    c00.intoMemorySegment(c, co, ORDER);
    c10.intoMemorySegment(c, co + cRow, ORDER);
    c20.intoMemorySegment(c, co + 2 * cRow, ORDER);
    c30.intoMemorySegment(c, co + 3 * cRow, ORDER);
  }
}
