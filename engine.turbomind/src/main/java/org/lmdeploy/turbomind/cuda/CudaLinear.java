package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.ops.LinearWeight;

/**
 * A linear layer in device memory, in the layout of {@code linear.cuh}.
 *
 * @param outFeatures columns of the result before a gate; gated: gates and what they gate together
 * @param inFeatures columns of the input
 * @param paddedRows rows of the weight in memory
 * @param weight address of the weight
 * @param bias address of float32 biases, or 0
 * @param gated whether gates and what they gate alternate
 */
record CudaLinear(
    long outFeatures, long inFeatures, int paddedRows, long weight, long bias, boolean gated)
    implements LinearWeight {
  /** Elements of k that lie together; k is padded to a multiple of it. */
  static final int K_BLOCK = 64;

  /** Rows are padded to a multiple of this. */
  static final int ROW_BLOCK = 128;

  /** Rows that lie together; gates and what they gate alternate by so many. */
  static final int ATOM_ROWS = 8;

  static int paddedRows(long outFeatures, boolean gated) {
    long rows =
        gated ? 2 * Math.ceilDiv(outFeatures / 2, (long) ATOM_ROWS) * ATOM_ROWS : outFeatures;
    return Math.toIntExact(Math.ceilDiv(rows, (long) ROW_BLOCK) * ROW_BLOCK);
  }

  static long paddedColumns(long inFeatures) {
    return Math.ceilDiv(inFeatures, (long) K_BLOCK) * K_BLOCK;
  }

  static long bytes(long outFeatures, long inFeatures, boolean gated) {
    return 2L * paddedRows(outFeatures, gated) * paddedColumns(inFeatures);
  }
}
