package org.lmdeploy.model.qwen2vl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.lmdeploy.model.image.Pixels;

/**
 * How an image lies in memory for the tower: patch by patch, the patches that are merged into one
 * token next to each other, row by row of tokens. A patch holds, for each colour, as many equal
 * pictures as a patch takes in time.
 *
 * @param patchSize side of a patch in pixels
 * @param temporal pictures of a patch in time
 * @param merge patches of a token's side
 */
record PatchLayout(int patchSize, int temporal, int merge) {
  /** Side of a token in pixels. */
  int factor() {
    return patchSize * merge;
  }

  /** Pixels of a patch. */
  int pixels() {
    return patchSize * patchSize;
  }

  /** Numbers of a patch. */
  int columns() {
    return Pixels.CHANNELS * temporal * pixels();
  }

  /**
   * Cuts planes into patches.
   *
   * @param planes float32 [3, height, width], sides multiples of {@link #factor}
   * @param to float32 [patches, {@link #columns}]
   */
  void write(MemorySegment planes, int width, int height, MemorySegment to) {
    int across = width / patchSize;
    int down = height / patchSize;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        long patch =
            (long) (y / merge * (across / merge) + x / merge) * merge * merge
                + y % merge * merge
                + x % merge;
        for (int c = 0; c < Pixels.CHANNELS; c++) {
          long from = ((long) c * height + (long) y * patchSize) * width + (long) x * patchSize;
          long at = patch * columns() + (long) c * temporal * pixels();
          writePatch(planes, from, width, to, at);
        }
      }
    }
  }

  private void writePatch(MemorySegment plane, long from, int width, MemorySegment to, long at) {
    for (int time = 0; time < temporal; time++) {
      for (int row = 0; row < patchSize; row++) {
        MemorySegment.copy(
            plane,
            ValueLayout.JAVA_FLOAT,
            (from + (long) row * width) * Float.BYTES,
            to,
            ValueLayout.JAVA_FLOAT,
            (at + (long) time * pixels() + (long) row * patchSize) * Float.BYTES,
            patchSize);
      }
    }
  }
}
