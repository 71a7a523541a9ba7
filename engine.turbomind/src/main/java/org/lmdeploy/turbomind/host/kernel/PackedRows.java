package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Packs activation rows for the micro-kernels. Rows are grouped into tiles of 4, then 2, then 1; a
 * tile of T rows is {@code [vector][T][lane]}, K padded with zeros to whole chunks. In the paired
 * order the vectors of one chunk are its even elements followed by its odd ones, matching {@link
 * Decode}.
 */
final class PackedRows {

  static final int TILE = 4;

  private static final VectorShuffle<Float> EVEN =
      VectorShuffle.fromOp(Lanes.F, i -> 2 * i % COUNT);
  private static final VectorShuffle<Float> ODD =
      VectorShuffle.fromOp(Lanes.F, i -> (2 * i + 1) % COUNT);
  private static final VectorMask<Float> UPPER =
      VectorMask.fromLong(Lanes.F, -1L << COUNT / 2 & (1L << COUNT) - 1);

  private PackedRows() {}

  /**
   * Rows of the tile that starts at {@code row}, a multiple of four or a position inside the
   * remainder.
   */
  static int tileRows(int row, int rows) {
    return Math.min(TILE, Integer.highestOneBit(rows - row));
  }

  /**
   * Packs the tile of {@code tile} rows starting at byte {@code xo} with {@code rowBytes} between
   * rows.
   */
  static void pack(
      MemorySegment x,
      long xo,
      long rowBytes,
      int tile,
      int k,
      boolean paired,
      MemorySegment out,
      long oo) {
    for (int r = 0; r < tile; r++) {
      long source = xo + r * rowBytes;
      long target = oo + (long) r * BYTES;
      if (paired) {
        packPairs(x, source, k, out, target, (long) tile * BYTES);
      } else {
        packPlain(x, source, k, out, target, (long) tile * BYTES);
      }
    }
  }

  private static void packPairs(
      MemorySegment x, long xo, int k, MemorySegment out, long oo, long step) {
    int chunks = k / (2 * COUNT);
    for (int c = 0; c < chunks; c++) {
      long o = xo + 2L * c * BYTES;
      FloatVector low = Lanes.load(x, o);
      FloatVector high = Lanes.load(x, o + BYTES);
      long p = oo + 2 * c * step;
      low.rearrange(EVEN).blend(high.rearrange(EVEN), UPPER).intoMemorySegment(out, p, Lanes.ORDER);
      low.rearrange(ODD)
          .blend(high.rearrange(ODD), UPPER)
          .intoMemorySegment(out, p + step, Lanes.ORDER);
    }
    int done = chunks * 2 * COUNT;
    if (done == k) {
      return;
    }
    for (int i = 0; i < 2 * COUNT; i++) {
      float value = done + i < k ? x.get(Lanes.FLOAT, xo + 4L * (done + i)) : 0f;
      out.set(Lanes.FLOAT, oo + (2L * chunks + (i & 1)) * step + 4L * (i >> 1), value);
    }
  }

  private static void packPlain(
      MemorySegment x, long xo, int k, MemorySegment out, long oo, long step) {
    int vectors = k / COUNT;
    for (int v = 0; v < vectors; v++) {
      Lanes.load(x, xo + (long) v * BYTES).intoMemorySegment(out, oo + v * step, Lanes.ORDER);
    }
    int done = vectors * COUNT;
    if (done == k) {
      return;
    }
    for (int i = 0; i < COUNT; i++) {
      float value = done + i < k ? x.get(Lanes.FLOAT, xo + 4L * (done + i)) : 0f;
      out.set(Lanes.FLOAT, oo + vectors * step + 4L * i, value);
    }
  }
}
