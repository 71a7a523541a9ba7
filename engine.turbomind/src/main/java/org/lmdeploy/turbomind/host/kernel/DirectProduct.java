package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;

import java.lang.foreign.MemorySegment;

/**
 * Product of a block of weight rows with any number of activation rows, decoding weights on the
 * fly: the stream from memory overlaps the arithmetic, and the widening runs beside it on ports the
 * multiply-adds leave idle. Scratch holds one chunk of eight weight rows and of one activation row
 * for the tail of K, then the accumulators {@code [m][ROWS][lane]}.
 */
final class DirectProduct {

  /** Weight rows of a block, a multiple of the heights of both micro-kernels. */
  static final int ROWS = 24;

  private static final long TAIL_X = (long) RowDot.ROWS * BYTES;
  private static final long ACC = TAIL_X + 2L * BYTES;
  private static final long ACC_ROW = (long) ROWS * BYTES;

  /** Activation rows of one block, so that its accumulators stay in L2 beside the weight rows. */
  private static final int M_BLOCK = 128;

  private DirectProduct() {}

  static boolean supports(WeightMatrix w, int m) {
    return w.rows() >= ROWS && (m == 1 || w.format() == WeightFormat.BF16);
  }

  static long scratchBytes(int m) {
    return ACC + Math.min(m, M_BLOCK) * ACC_ROW;
  }

  /**
   * Computes {@code rows} weight rows from {@code row} on. An incomplete last block is moved back
   * over rows of the block before, whose results are computed again and dropped: cheaper than
   * further kernels for fewer rows.
   */
  static void run(
      WeightMatrix w,
      int row,
      int rows,
      int m,
      MemorySegment packed,
      long po,
      FloatRows y,
      MemorySegment scratch) {
    int start = row + rows - Math.max(rows, ROWS);
    long skip = (long) (row - start) * BYTES;
    for (int from = 0; from < m; from += M_BLOCK) {
      int to = Math.min(m, from + M_BLOCK);
      tiles(w, start, m, from, to, packed, po, scratch);
      if (w.columns() % w.format().chunk() != 0) {
        tail(w, start, m, from, to, packed, po, scratch);
      }
      for (int i = from; i < to; i++) {
        Fold.store(w, row, rows, scratch, ACC + (i - from) * ACC_ROW + skip, y, i);
      }
    }
  }

  private static void tiles(
      WeightMatrix w,
      int row,
      int m,
      int from,
      int to,
      MemorySegment packed,
      long po,
      MemorySegment scratch) {
    WeightFormat format = w.format();
    int whole = w.columns() / format.chunk();
    long packedRow = 4L * format.padded(w.columns());
    int tile;
    for (int i = from; i < to; i += tile) {
      tile = PackedRows.tileRows(i, m);
      long xo = po + i * packedRow;
      long ao = ACC + (i - from) * ACC_ROW;
      if (tile > 1) {
        for (int r = 0; r < ROWS; r += Bf16Tile.WIDTH) {
          Bf16Tile.run(
              tile,
              packed,
              xo,
              w.segment(),
              w.rowOffset(row + r),
              w.rowBytes(),
              scratch,
              ao + (long) r * BYTES,
              ACC_ROW,
              whole);
        }
      } else {
        Fold.clear(scratch, ao, ROWS);
        for (int r = 0; r < ROWS; r += RowDot.ROWS) {
          RowDot.run(
              format,
              w.segment(),
              w.rowOffset(row + r),
              w.rowBytes(),
              packed,
              xo,
              scratch,
              ao + (long) r * BYTES,
              whole);
        }
      }
    }
  }

  /** Adds the incomplete last chunk of K, one activation row at a time. */
  private static void tail(
      WeightMatrix w,
      int row,
      int m,
      int from,
      int to,
      MemorySegment packed,
      long po,
      MemorySegment scratch) {
    WeightFormat format = w.format();
    int vectors = format.paired() ? 2 : 1;
    long consumed = 4L * (w.columns() / format.chunk()) * format.chunk();
    long packedRow = 4L * format.padded(w.columns());
    for (int r = 0; r < ROWS; r += RowDot.ROWS) {
      for (int j = 0; j < RowDot.ROWS; j++) {
        WeightPanel.copyTail(w, row + r + j, scratch, (long) j * BYTES);
      }
      for (int i = from; i < to; i++) {
        int tile = tileOf(i, m);
        int first = i - i % tile;
        long xo = po + first * packedRow + consumed * tile + (long) (i - first) * BYTES;
        for (int v = 0; v < vectors; v++) {
          MemorySegment.copy(
              packed, xo + (long) v * tile * BYTES, scratch, TAIL_X + (long) v * BYTES, BYTES);
        }
        RowDot.run(
            format,
            scratch,
            0,
            BYTES,
            scratch,
            TAIL_X,
            scratch,
            ACC + (i - from) * ACC_ROW + (long) r * BYTES,
            1);
      }
    }
  }

  /** Rows of the packed tile that holds row {@code i}. */
  private static int tileOf(int i, int m) {
    int remainder = m % PackedRows.TILE;
    int start = m - remainder;
    if (i < start) {
      return PackedRows.TILE;
    }
    return i - start < (remainder & 2) ? 2 : 1;
  }
}
