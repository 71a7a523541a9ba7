package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.I;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Decodes a block of a few weight rows to fp32 in the order of the tiles, {@code
 * [vector][width][lane]}. The tail of K is zero; rows beyond the matrix repeat the first one, their
 * products are never read.
 */
final class WeightPanel {

  /** Rows decoded together: those of one panel. */
  private static final int ROWS = 3;

  private static final int UPPER = 0xFFFF0000;

  private WeightPanel() {}

  /**
   * @param w the matrix
   * @param row first row
   * @param rows valid rows, at most {@code width}
   * @param width rows of the panel
   * @param chunk first chunk of K
   * @param chunks number of chunks
   * @param s scratch holding panel and tail
   * @param panel offset of {@code chunks * (paired ? 2 : 1) * width * BYTES} bytes for the result
   * @param tail offset of {@code ROWS * BYTES} bytes for incomplete last chunks
   */
  static void decode(
      WeightMatrix w,
      int row,
      int rows,
      int width,
      int chunk,
      int chunks,
      MemorySegment s,
      long panel,
      long tail) {
    WeightFormat format = w.format();
    int whole = Math.min(chunks, w.columns() / format.chunk() - chunk);
    long skip = (long) chunk * BYTES;
    for (int r = 0; r < width; r += ROWS) {
      int r0 = row + (r < rows ? r : 0);
      int r1 = row + (r + 1 < rows ? r + 1 : 0);
      int r2 = row + (r + 2 < rows ? r + 2 : 0);
      long target = panel + (long) r * BYTES;
      decode(
          format,
          w.segment(),
          w.rowOffset(r0) + skip,
          w.rowOffset(r1) + skip,
          w.rowOffset(r2) + skip,
          whole,
          s,
          target,
          width);
      if (whole < chunks) {
        copyTail(w, r0, s, tail);
        copyTail(w, r1, s, tail + BYTES);
        copyTail(w, r2, s, tail + 2L * BYTES);
        target += (long) whole * width * BYTES * (format.paired() ? 2 : 1);
        decode(format, s, tail, tail + BYTES, tail + 2L * BYTES, 1, s, target, width);
      }
    }
  }

  /** Copies the incomplete last chunk of a row, padded with zeros, to {@code tail}. */
  static void copyTail(WeightMatrix w, int row, MemorySegment s, long tail) {
    long done = (long) (w.columns() / w.format().chunk()) * BYTES;
    Fold.clear(s, tail, 1);
    MemorySegment.copy(w.segment(), w.rowOffset(row) + done, s, tail, w.rowBytes() - done);
  }

  private static void decode(
      WeightFormat format,
      MemorySegment w,
      long w0,
      long w1,
      long w2,
      int chunks,
      MemorySegment out,
      long po,
      int width) {
    switch (format) {
      case BF16 -> bf16(w, w0, w1, w2, chunks, out, po, width);
      case FP16 -> fp16(w, w0, w1, w2, chunks, out, po, width);
      case FP32 -> fp32(w, w0, w1, w2, chunks, out, po, width);
    }
  }

  private static void bf16(
      MemorySegment w,
      long w0,
      long w1,
      long w2,
      int chunks,
      MemorySegment out,
      long po,
      int width) {
    w0 += w.address();
    w1 += w.address();
    w2 += w.address();
    w = Lanes.MEMORY;
    po += out.address();
    out = Lanes.MEMORY;
    long step = (long) width * BYTES;
    for (int c = 0; c < chunks; c++) {
      long o = (long) c * BYTES;
      long p = po + 2 * c * step;
      IntVector a0 = IntVector.fromMemorySegment(I, w, w0 + o, ORDER);
      IntVector a1 = IntVector.fromMemorySegment(I, w, w1 + o, ORDER);
      IntVector a2 = IntVector.fromMemorySegment(I, w, w2 + o, ORDER);
      a0.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(out, p, ORDER);
      a1.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(out, p + BYTES, ORDER);
      a2.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(out, p + 2 * BYTES, ORDER);
      a0.and(UPPER).intoMemorySegment(out, p + step, ORDER);
      a1.and(UPPER).intoMemorySegment(out, p + step + BYTES, ORDER);
      a2.and(UPPER).intoMemorySegment(out, p + step + 2 * BYTES, ORDER);
    }
  }

  /** One row at a time: the conversions of three would exceed the inlining budget of C2. */
  private static void fp16(
      MemorySegment w,
      long w0,
      long w1,
      long w2,
      int chunks,
      MemorySegment out,
      long po,
      int width) {
    w0 += w.address();
    w1 += w.address();
    w2 += w.address();
    w = Lanes.MEMORY;
    po += out.address();
    out = Lanes.MEMORY;
    fp16Row(w, w0, chunks, out, po, width);
    fp16Row(w, w1, chunks, out, po + BYTES, width);
    fp16Row(w, w2, chunks, out, po + 2L * BYTES, width);
  }

  private static void fp16Row(
      MemorySegment w, long wo, int chunks, MemorySegment out, long po, int width) {
    long step = (long) width * BYTES;
    for (int c = 0; c < chunks; c++) {
      IntVector pair = IntVector.fromMemorySegment(I, w, wo + (long) c * BYTES, ORDER);
      long p = po + 2 * c * step;
      Decode.fp16Even(pair).intoMemorySegment(out, p, ORDER);
      Decode.fp16Odd(pair).intoMemorySegment(out, p + step, ORDER);
    }
  }

  private static void fp32(
      MemorySegment w,
      long w0,
      long w1,
      long w2,
      int chunks,
      MemorySegment out,
      long po,
      int width) {
    w0 += w.address();
    w1 += w.address();
    w2 += w.address();
    w = Lanes.MEMORY;
    po += out.address();
    out = Lanes.MEMORY;
    long step = (long) width * BYTES;
    for (int c = 0; c < chunks; c++) {
      long o = (long) c * BYTES;
      long p = po + c * step;
      FloatVector.fromMemorySegment(Lanes.F, w, w0 + o, ORDER).intoMemorySegment(out, p, ORDER);
      FloatVector.fromMemorySegment(Lanes.F, w, w1 + o, ORDER)
          .intoMemorySegment(out, p + BYTES, ORDER);
      FloatVector.fromMemorySegment(Lanes.F, w, w2 + o, ORDER)
          .intoMemorySegment(out, p + 2 * BYTES, ORDER);
    }
  }
}
