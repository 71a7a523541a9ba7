package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;

import java.lang.foreign.MemorySegment;

/**
 * Product of a few dozen weight rows with a batch of any size: for each block of activation rows
 * and of K, the weights are decoded to a panel in L1 and all activations of the block stream past
 * it from L2. Scratch holds the tail of K, the panel and the accumulators {@code [row][weight
 * row][lane]}, which are carried over the blocks of K.
 */
final class PanelProduct {

  private static final int WIDTH = PanelTile.WIDTH;

  /**
   * K of one panel: three fp32 rows of it leave most of a 32 KB L1 to the activations streaming by.
   */
  private static final int K_BLOCK = 1024;

  /**
   * Activation rows of one block; with K_BLOCK and the accumulators of a task they fit a 1 MB L2.
   */
  private static final int M_BLOCK = 128;

  private static final long PANEL = (long) WIDTH * BYTES;

  private PanelProduct() {}

  static long scratchBytes(int rows, int m) {
    return PANEL
        + 4L * K_BLOCK * WIDTH
        + (long) Math.min(m, M_BLOCK) * groups(rows) * WIDTH * BYTES;
  }

  static void run(
      WeightMatrix w,
      int row,
      int rows,
      int m,
      MemorySegment packed,
      long po,
      FloatRows y,
      MemorySegment scratch) {
    for (int from = 0; from < m; from += M_BLOCK) {
      block(w, row, rows, m, from, Math.min(m, from + M_BLOCK), packed, po, y, scratch);
    }
  }

  private static int groups(int rows) {
    return (rows + WIDTH - 1) / WIDTH;
  }

  private static void block(
      WeightMatrix w,
      int row,
      int rows,
      int m,
      int from,
      int to,
      MemorySegment packed,
      long po,
      FloatRows y,
      MemorySegment scratch) {
    WeightFormat format = w.format();
    int perChunk = format.paired() ? 2 : 1;
    int blockChunks = K_BLOCK / (COUNT * perChunk);
    int chunks = format.padded(w.columns()) / format.chunk();
    long packedRow = 4L * format.padded(w.columns());
    long acc = PANEL + 4L * K_BLOCK * WIDTH;
    long accRow = (long) groups(rows) * WIDTH * BYTES;
    Fold.clear(scratch, acc, (to - from) * groups(rows) * WIDTH);
    for (int c = 0; c < chunks; c += blockChunks) {
      int n = Math.min(blockChunks, chunks - c);
      for (int g = 0; g < rows; g += WIDTH) {
        WeightPanel.decode(w, row + g, Math.min(WIDTH, rows - g), WIDTH, c, n, scratch, PANEL, 0);
        int tile;
        for (int i = from; i < to; i += tile) {
          tile = PackedRows.tileRows(i, m);
          long xo = po + i * packedRow + (long) c * perChunk * tile * BYTES;
          long ao = acc + (i - from) * accRow + (long) g * BYTES;
          PanelTile.run(tile, packed, xo, scratch, PANEL, scratch, ao, accRow, n * perChunk);
        }
      }
    }
    for (int i = from; i < to; i++) {
      Fold.store(w, row, rows, scratch, acc + (i - from) * accRow, y, i);
    }
  }
}
