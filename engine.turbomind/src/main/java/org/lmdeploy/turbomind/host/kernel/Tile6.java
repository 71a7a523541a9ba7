package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Matrix-matrix micro-kernel of up to four activation rows by six weight rows for 32 vector registers: 24 accumulators, 6 weights and 1 activation.
 *
 * <p>Operands are packed: {@code x[step][row][lane]} and {@code w[step][6][lane]}, so both are read strictly
 * forward. Accumulator vectors live in {@code acc[row][6][lane]} with {@code accRow} bytes between rows and are
 * carried from one K block to the next, which keeps the order of summation independent of the blocking. The unrolling
 * is by hand because accumulators kept in arrays would leave the registers.
 */
final class Tile6 {

    static final int WIDTH = 6;

    private Tile6() { }

    static void run(int rows, MemorySegment x, long xo, MemorySegment w, long wo, MemorySegment acc, long ao,
            long accRow, int steps) {
        switch (rows) {
            case 4 -> rows4(x, xo, w, wo, acc, ao, accRow, steps);
            case 2 -> rows2(x, xo, w, wo, acc, ao, accRow, steps);
            case 1 -> rows1(x, xo, w, wo, acc, ao, steps);
            default -> throw new IllegalArgumentException("no tile of " + rows + " rows");
        }
    }

    private static void rows4(MemorySegment x, long xo, MemorySegment w, long wo, MemorySegment acc, long ao,
            long accRow, int steps) {
        long o1 = ao + accRow;
        long o2 = ao + 2 * accRow;
        long o3 = ao + 3 * accRow;
        FloatVector c00 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
        FloatVector c01 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
        FloatVector c02 = FloatVector.fromMemorySegment(F, acc, ao + 2 * BYTES, ORDER);
        FloatVector c03 = FloatVector.fromMemorySegment(F, acc, ao + 3 * BYTES, ORDER);
        FloatVector c04 = FloatVector.fromMemorySegment(F, acc, ao + 4 * BYTES, ORDER);
        FloatVector c05 = FloatVector.fromMemorySegment(F, acc, ao + 5 * BYTES, ORDER);
        FloatVector c10 = FloatVector.fromMemorySegment(F, acc, o1, ORDER);
        FloatVector c11 = FloatVector.fromMemorySegment(F, acc, o1 + BYTES, ORDER);
        FloatVector c12 = FloatVector.fromMemorySegment(F, acc, o1 + 2 * BYTES, ORDER);
        FloatVector c13 = FloatVector.fromMemorySegment(F, acc, o1 + 3 * BYTES, ORDER);
        FloatVector c14 = FloatVector.fromMemorySegment(F, acc, o1 + 4 * BYTES, ORDER);
        FloatVector c15 = FloatVector.fromMemorySegment(F, acc, o1 + 5 * BYTES, ORDER);
        FloatVector c20 = FloatVector.fromMemorySegment(F, acc, o2, ORDER);
        FloatVector c21 = FloatVector.fromMemorySegment(F, acc, o2 + BYTES, ORDER);
        FloatVector c22 = FloatVector.fromMemorySegment(F, acc, o2 + 2 * BYTES, ORDER);
        FloatVector c23 = FloatVector.fromMemorySegment(F, acc, o2 + 3 * BYTES, ORDER);
        FloatVector c24 = FloatVector.fromMemorySegment(F, acc, o2 + 4 * BYTES, ORDER);
        FloatVector c25 = FloatVector.fromMemorySegment(F, acc, o2 + 5 * BYTES, ORDER);
        FloatVector c30 = FloatVector.fromMemorySegment(F, acc, o3, ORDER);
        FloatVector c31 = FloatVector.fromMemorySegment(F, acc, o3 + BYTES, ORDER);
        FloatVector c32 = FloatVector.fromMemorySegment(F, acc, o3 + 2 * BYTES, ORDER);
        FloatVector c33 = FloatVector.fromMemorySegment(F, acc, o3 + 3 * BYTES, ORDER);
        FloatVector c34 = FloatVector.fromMemorySegment(F, acc, o3 + 4 * BYTES, ORDER);
        FloatVector c35 = FloatVector.fromMemorySegment(F, acc, o3 + 5 * BYTES, ORDER);
        for (int k = 0; k < steps; k++) {
            long p = wo + (long) k * (6 * BYTES);
            long q = xo + (long) k * (4 * BYTES);
            FloatVector w0 = FloatVector.fromMemorySegment(F, w, p, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(F, w, p + BYTES, ORDER);
            FloatVector w2 = FloatVector.fromMemorySegment(F, w, p + 2 * BYTES, ORDER);
            FloatVector w3 = FloatVector.fromMemorySegment(F, w, p + 3 * BYTES, ORDER);
            FloatVector w4 = FloatVector.fromMemorySegment(F, w, p + 4 * BYTES, ORDER);
            FloatVector w5 = FloatVector.fromMemorySegment(F, w, p + 5 * BYTES, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(F, x, q, ORDER);
            c00 = v.fma(w0, c00);
            c01 = v.fma(w1, c01);
            c02 = v.fma(w2, c02);
            c03 = v.fma(w3, c03);
            c04 = v.fma(w4, c04);
            c05 = v.fma(w5, c05);
            v = FloatVector.fromMemorySegment(F, x, q + BYTES, ORDER);
            c10 = v.fma(w0, c10);
            c11 = v.fma(w1, c11);
            c12 = v.fma(w2, c12);
            c13 = v.fma(w3, c13);
            c14 = v.fma(w4, c14);
            c15 = v.fma(w5, c15);
            v = FloatVector.fromMemorySegment(F, x, q + 2 * BYTES, ORDER);
            c20 = v.fma(w0, c20);
            c21 = v.fma(w1, c21);
            c22 = v.fma(w2, c22);
            c23 = v.fma(w3, c23);
            c24 = v.fma(w4, c24);
            c25 = v.fma(w5, c25);
            v = FloatVector.fromMemorySegment(F, x, q + 3 * BYTES, ORDER);
            c30 = v.fma(w0, c30);
            c31 = v.fma(w1, c31);
            c32 = v.fma(w2, c32);
            c33 = v.fma(w3, c33);
            c34 = v.fma(w4, c34);
            c35 = v.fma(w5, c35);
        }
        c00.intoMemorySegment(acc, ao, ORDER);
        c01.intoMemorySegment(acc, ao + BYTES, ORDER);
        c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
        c03.intoMemorySegment(acc, ao + 3 * BYTES, ORDER);
        c04.intoMemorySegment(acc, ao + 4 * BYTES, ORDER);
        c05.intoMemorySegment(acc, ao + 5 * BYTES, ORDER);
        c10.intoMemorySegment(acc, o1, ORDER);
        c11.intoMemorySegment(acc, o1 + BYTES, ORDER);
        c12.intoMemorySegment(acc, o1 + 2 * BYTES, ORDER);
        c13.intoMemorySegment(acc, o1 + 3 * BYTES, ORDER);
        c14.intoMemorySegment(acc, o1 + 4 * BYTES, ORDER);
        c15.intoMemorySegment(acc, o1 + 5 * BYTES, ORDER);
        c20.intoMemorySegment(acc, o2, ORDER);
        c21.intoMemorySegment(acc, o2 + BYTES, ORDER);
        c22.intoMemorySegment(acc, o2 + 2 * BYTES, ORDER);
        c23.intoMemorySegment(acc, o2 + 3 * BYTES, ORDER);
        c24.intoMemorySegment(acc, o2 + 4 * BYTES, ORDER);
        c25.intoMemorySegment(acc, o2 + 5 * BYTES, ORDER);
        c30.intoMemorySegment(acc, o3, ORDER);
        c31.intoMemorySegment(acc, o3 + BYTES, ORDER);
        c32.intoMemorySegment(acc, o3 + 2 * BYTES, ORDER);
        c33.intoMemorySegment(acc, o3 + 3 * BYTES, ORDER);
        c34.intoMemorySegment(acc, o3 + 4 * BYTES, ORDER);
        c35.intoMemorySegment(acc, o3 + 5 * BYTES, ORDER);
    }

    private static void rows2(MemorySegment x, long xo, MemorySegment w, long wo, MemorySegment acc, long ao,
            long accRow, int steps) {
        long o1 = ao + accRow;
        FloatVector c00 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
        FloatVector c01 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
        FloatVector c02 = FloatVector.fromMemorySegment(F, acc, ao + 2 * BYTES, ORDER);
        FloatVector c03 = FloatVector.fromMemorySegment(F, acc, ao + 3 * BYTES, ORDER);
        FloatVector c04 = FloatVector.fromMemorySegment(F, acc, ao + 4 * BYTES, ORDER);
        FloatVector c05 = FloatVector.fromMemorySegment(F, acc, ao + 5 * BYTES, ORDER);
        FloatVector c10 = FloatVector.fromMemorySegment(F, acc, o1, ORDER);
        FloatVector c11 = FloatVector.fromMemorySegment(F, acc, o1 + BYTES, ORDER);
        FloatVector c12 = FloatVector.fromMemorySegment(F, acc, o1 + 2 * BYTES, ORDER);
        FloatVector c13 = FloatVector.fromMemorySegment(F, acc, o1 + 3 * BYTES, ORDER);
        FloatVector c14 = FloatVector.fromMemorySegment(F, acc, o1 + 4 * BYTES, ORDER);
        FloatVector c15 = FloatVector.fromMemorySegment(F, acc, o1 + 5 * BYTES, ORDER);
        for (int k = 0; k < steps; k++) {
            long p = wo + (long) k * (6 * BYTES);
            long q = xo + (long) k * (2 * BYTES);
            FloatVector w0 = FloatVector.fromMemorySegment(F, w, p, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(F, w, p + BYTES, ORDER);
            FloatVector w2 = FloatVector.fromMemorySegment(F, w, p + 2 * BYTES, ORDER);
            FloatVector w3 = FloatVector.fromMemorySegment(F, w, p + 3 * BYTES, ORDER);
            FloatVector w4 = FloatVector.fromMemorySegment(F, w, p + 4 * BYTES, ORDER);
            FloatVector w5 = FloatVector.fromMemorySegment(F, w, p + 5 * BYTES, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(F, x, q, ORDER);
            c00 = v.fma(w0, c00);
            c01 = v.fma(w1, c01);
            c02 = v.fma(w2, c02);
            c03 = v.fma(w3, c03);
            c04 = v.fma(w4, c04);
            c05 = v.fma(w5, c05);
            v = FloatVector.fromMemorySegment(F, x, q + BYTES, ORDER);
            c10 = v.fma(w0, c10);
            c11 = v.fma(w1, c11);
            c12 = v.fma(w2, c12);
            c13 = v.fma(w3, c13);
            c14 = v.fma(w4, c14);
            c15 = v.fma(w5, c15);
        }
        c00.intoMemorySegment(acc, ao, ORDER);
        c01.intoMemorySegment(acc, ao + BYTES, ORDER);
        c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
        c03.intoMemorySegment(acc, ao + 3 * BYTES, ORDER);
        c04.intoMemorySegment(acc, ao + 4 * BYTES, ORDER);
        c05.intoMemorySegment(acc, ao + 5 * BYTES, ORDER);
        c10.intoMemorySegment(acc, o1, ORDER);
        c11.intoMemorySegment(acc, o1 + BYTES, ORDER);
        c12.intoMemorySegment(acc, o1 + 2 * BYTES, ORDER);
        c13.intoMemorySegment(acc, o1 + 3 * BYTES, ORDER);
        c14.intoMemorySegment(acc, o1 + 4 * BYTES, ORDER);
        c15.intoMemorySegment(acc, o1 + 5 * BYTES, ORDER);
    }

    private static void rows1(MemorySegment x, long xo, MemorySegment w, long wo, MemorySegment acc, long ao,
            int steps) {
        FloatVector c00 = FloatVector.fromMemorySegment(F, acc, ao, ORDER);
        FloatVector c01 = FloatVector.fromMemorySegment(F, acc, ao + BYTES, ORDER);
        FloatVector c02 = FloatVector.fromMemorySegment(F, acc, ao + 2 * BYTES, ORDER);
        FloatVector c03 = FloatVector.fromMemorySegment(F, acc, ao + 3 * BYTES, ORDER);
        FloatVector c04 = FloatVector.fromMemorySegment(F, acc, ao + 4 * BYTES, ORDER);
        FloatVector c05 = FloatVector.fromMemorySegment(F, acc, ao + 5 * BYTES, ORDER);
        for (int k = 0; k < steps; k++) {
            long p = wo + (long) k * (6 * BYTES);
            long q = xo + (long) k * BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(F, w, p, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(F, w, p + BYTES, ORDER);
            FloatVector w2 = FloatVector.fromMemorySegment(F, w, p + 2 * BYTES, ORDER);
            FloatVector w3 = FloatVector.fromMemorySegment(F, w, p + 3 * BYTES, ORDER);
            FloatVector w4 = FloatVector.fromMemorySegment(F, w, p + 4 * BYTES, ORDER);
            FloatVector w5 = FloatVector.fromMemorySegment(F, w, p + 5 * BYTES, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(F, x, q, ORDER);
            c00 = v.fma(w0, c00);
            c01 = v.fma(w1, c01);
            c02 = v.fma(w2, c02);
            c03 = v.fma(w3, c03);
            c04 = v.fma(w4, c04);
            c05 = v.fma(w5, c05);
        }
        c00.intoMemorySegment(acc, ao, ORDER);
        c01.intoMemorySegment(acc, ao + BYTES, ORDER);
        c02.intoMemorySegment(acc, ao + 2 * BYTES, ORDER);
        c03.intoMemorySegment(acc, ao + 3 * BYTES, ORDER);
        c04.intoMemorySegment(acc, ao + 4 * BYTES, ORDER);
        c05.intoMemorySegment(acc, ao + 5 * BYTES, ORDER);
    }
}
