package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.FLOAT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Kernels that move and widen data without arithmetic. */
public final class Gather {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final long PARALLEL = 1 << 16;

  private Gather() {}

  /**
   * Embedding look-up: row {@code ids[i]} of a table {@code [vocabulary, n]}, widened to fp32,
   * becomes row i.
   */
  public static void embedding(
      Workers workers,
      WeightFormat format,
      MemorySegment table,
      long offset,
      int n,
      int[] ids,
      FloatRows out) {
    Workers.Task row =
        (i, worker) ->
            widen(
                format,
                table,
                offset + (long) ids[i] * n * format.bytes(),
                n,
                out.segment(),
                out.row(i));
    if ((long) ids.length * n < PARALLEL) {
      for (int i = 0; i < ids.length; i++) {
        row.run(i, 0);
      }
    } else {
      workers.parallelFor(ids.length, row);
    }
  }

  /** Widens {@code n} elements to fp32, for example a bias or norm weight at load time. */
  public static void widen(
      WeightFormat format, MemorySegment s, long so, int n, MemorySegment out, long oo) {
    switch (format) {
      case BF16 -> bf16(s, so, n, out, oo);
      case FP16 -> fp16(s, so, n, out, oo);
      case FP32 -> MemorySegment.copy(s, so, out, oo, 4L * n);
    }
  }

  private static void bf16(MemorySegment s, long so, int n, MemorySegment out, long oo) {
    for (int i = 0; i < n; i++) {
      out.set(FLOAT, oo + 4L * i, Float.intBitsToFloat(s.get(SHORT, so + 2L * i) << 16));
    }
  }

  private static void fp16(MemorySegment s, long so, int n, MemorySegment out, long oo) {
    for (int i = 0; i < n; i++) {
      out.set(FLOAT, oo + 4L * i, Float.float16ToFloat(s.get(SHORT, so + 2L * i)));
    }
  }

  /**
   * Cuts an image into non-overlapping patches, the input of a patch embedding as a matrix product.
   *
   * @param image fp32 {@code [channels, height, width]}
   * @param patch side of a patch; surplus rows and columns are ignored
   * @param out per patch, row by row over the grid, {@code [channels, patch, patch]}
   */
  public static void patches(
      Workers workers,
      MemorySegment image,
      long offset,
      int channels,
      int height,
      int width,
      int patch,
      FloatRows out) {
    int across = width / patch;
    workers.parallelFor(
        height / patch * across,
        (p, worker) -> {
          int top = p / across * patch;
          int left = p % across * patch;
          long target = out.row(p);
          for (int c = 0; c < channels; c++) {
            for (int y = 0; y < patch; y++) {
              long source = offset + 4L * (((long) c * height + top + y) * width + left);
              MemorySegment.copy(image, source, out.segment(), target, 4L * patch);
              target += 4L * patch;
            }
          }
        });
  }
}
