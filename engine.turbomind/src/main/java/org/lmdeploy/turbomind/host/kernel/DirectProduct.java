package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;

import java.lang.foreign.MemorySegment;

/**
 * Product of eight weight rows with a small batch, decoding weights on the fly. Scratch holds eight chunks for the tail
 * of K, then the accumulators {@code [m][8][lane]}.
 */
final class DirectProduct {

    static final int ROWS = RowDot.ROWS;

    private static final long ACC = (long) ROWS * BYTES;
    /** Beyond this the panels, decoded once per batch, win. */
    private static final int LARGEST_BATCH = Integer.getInteger("mm.d", 16);

    private DirectProduct() { }

    static boolean supports(WeightFormat format, int m) {
        return m == 1 || format == WeightFormat.BF16 && m <= LARGEST_BATCH;
    }

    static long scratchBytes(int m) {
        return ACC + m * ACC;
    }

    static void run(WeightMatrix w, int row, int m, MemorySegment packed, long po, FloatRows y,
            MemorySegment scratch) {
        WeightFormat format = w.format();
        int whole = w.columns() / format.chunk();
        int consumed = whole * format.chunk();
        long packedRow = 4L * format.padded(w.columns());
        Fold.clear(scratch, ACC, m * ROWS);
        tiles(format, m, packed, po, packedRow, 0, w.segment(), w.rowOffset(row), w.rowBytes(), scratch, whole);
        if (consumed < w.columns()) {
            for (int r = 0; r < ROWS; r++) {
                WeightPanel.copyTail(w, row + r, scratch, (long) r * BYTES);
            }
            tiles(format, m, packed, po, packedRow, 4L * consumed, scratch, 0, BYTES, scratch, 1);
        }
        for (int i = 0; i < m; i++) {
            Fold.store(w, row, ROWS, scratch, ACC + i * ACC, y, i);
        }
    }

    private static void tiles(WeightFormat format, int m, MemorySegment packed, long po, long packedRow, long skip,
            MemorySegment w, long wo, long rowBytes, MemorySegment scratch, int chunks) {
        // Half of the rows at a time, so that later tiles find them in L1.
        int half = Bf16Tile.WIDTH;
        for (int r = 0; r < ROWS && m > 1; r += half) {
            int tile;
            for (int i = 0; i < m; i += tile) {
                tile = PackedRows.tileRows(i, m);
                if (tile > 1) {
                    Bf16Tile.run(tile, packed, po + i * packedRow + skip * tile, w, wo + r * rowBytes, rowBytes,
                            scratch, ACC + i * ACC + (long) r * BYTES, ACC, chunks);
                }
            }
        }
        if (m % 2 == 1) {
            int last = m - 1;
            RowDot.run(format, w, wo, rowBytes, packed, po + last * packedRow + skip, scratch, ACC + last * ACC,
                    chunks);
        }
    }
}
