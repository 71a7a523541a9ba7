package org.lmdeploy.turbomind.host.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Matrix product {@code y[m, n] = sum_k x[m, k] * w[n, k] + bias[n]} with fp32 activations, weights
 * in their file format and fp32 accumulation.
 *
 * <p>Every element of the result is bit-identical for any number of rows, any position in the batch
 * and any number of workers, because it is always computed in one canonical order: a single vector
 * accumulator starts at zero, takes the chunks of K in order by fused multiply-add (the even vector
 * of a chunk before the odd one for 16-bit weights), and its lanes are summed by {@link Lanes#sum}.
 * Tiles and K blocks choose only which accumulators are in flight.
 *
 * <p>Single rows and all bf16 weights are decoded on the fly ({@link DirectProduct}); batches with
 * other formats share decoded panels kept in cache ({@link PanelProduct}).
 */
public final class MatMul {

  /**
   * Weight rows of one task: enough to reuse a block of activations, few enough to balance the
   * workers.
   */
  private static final int TASK_ROWS = DirectProduct.ROWS;

  private final Workspace workspace;

  public MatMul(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * Multiplies the same activations by all given matrices in one dispatch.
   *
   * @param x fp32 activations {@code [m, k]}
   * @param m number of rows
   * @param weights matrices of equal {@code columns} = k
   * @param y fp32 result, matrix i at columns {@code [outputColumn, outputColumn + rows)}
   */
  public void multiply(FloatRows x, int m, List<WeightMatrix> weights, FloatRows y) {
    int k = weights.getFirst().columns();
    WeightMatrix[] parts = weights.toArray(WeightMatrix[]::new);
    int[] firstTask = new int[parts.length + 1];
    boolean anyPaired = false;
    boolean anyPlain = false;
    for (int i = 0; i < parts.length; i++) {
      WeightMatrix w = parts[i];
      if (w.columns() != k) {
        throw new IllegalArgumentException("columns differ: " + k + " and " + w.columns());
      }
      anyPaired |= w.format().paired();
      anyPlain |= !w.format().paired();
      firstTask[i + 1] = firstTask[i] + (w.rows() + TASK_ROWS - 1) / TASK_ROWS;
    }
    long pairedBytes = anyPaired ? 4L * m * WeightFormat.BF16.padded(k) : 0;
    long plainBytes = anyPlain ? 4L * m * WeightFormat.FP32.padded(k) : 0;
    MemorySegment packed = workspace.shared(pairedBytes + plainBytes);
    if (anyPaired) {
      pack(x, m, k, true, packed, 0);
    }
    if (anyPlain) {
      pack(x, m, k, false, packed, pairedBytes);
    }
    workspace
        .workers()
        .parallelFor(
            firstTask[parts.length],
            (task, worker) -> {
              int i = 0;
              while (task >= firstTask[i + 1]) {
                i++;
              }
              WeightMatrix w = parts[i];
              int row = (task - firstTask[i]) * TASK_ROWS;
              int rows = Math.min(TASK_ROWS, w.rows() - row);
              rows(w, row, rows, m, packed, w.format().paired() ? 0 : pairedBytes, y, worker);
            });
  }

  private void pack(FloatRows x, int m, int k, boolean paired, MemorySegment out, long outOffset) {
    long rowBytes = 4L * (paired ? WeightFormat.BF16 : WeightFormat.FP32).padded(k);
    int tiles = (m + PackedRows.TILE - 1) / PackedRows.TILE;
    workspace
        .workers()
        .parallelFor(
            tiles,
            (task, worker) -> {
              int end = Math.min(m, (task + 1) * PackedRows.TILE);
              int tile;
              for (int row = task * PackedRows.TILE; row < end; row += tile) {
                tile = PackedRows.tileRows(row, m);
                PackedRows.pack(
                    x.segment(),
                    x.row(row),
                    4 * x.stride(),
                    tile,
                    k,
                    paired,
                    out,
                    outOffset + row * rowBytes);
              }
            });
  }

  private void rows(
      WeightMatrix w,
      int row,
      int rows,
      int m,
      MemorySegment packed,
      long po,
      FloatRows y,
      int worker) {
    MemorySegment scratch =
        workspace.local(
            worker, Math.max(DirectProduct.scratchBytes(m), PanelProduct.scratchBytes(rows, m)));
    if (DirectProduct.supports(w, m)) {
      DirectProduct.run(w, row, rows, m, packed, po, y, scratch);
    } else {
      PanelProduct.run(w, row, rows, m, packed, po, y, scratch);
    }
  }
}
