package org.lmdeploy.model.qwen2vl.vision;

import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.ProcessedImage;

/**
 * The rows of several images in the tower. An image's patches come token by token; with windows its
 * tokens come window by window, so that a window's rows are neighbours.
 *
 * @param tokens for each token of the tower its number in the images' own order
 * @param axes each row's place in its image's grid of patches: [vertical, horizontal][rows]
 * @param imageLengths rows of each image
 * @param windowLengths rows of each window, none of them 0
 */
record PatchRows(int[] tokens, int[][] axes, int[] imageLengths, int[] windowLengths) {
  static PatchRows of(List<ProcessedImage> images, TowerConfig config) {
    int count = images.stream().mapToInt(ProcessedImage::tokens).sum();
    int unit = config.mergeUnit();
    int[] tokens = new int[count];
    int[][] axes = new int[2][count * unit];
    IntStream.Builder windows = IntStream.builder();
    int next = 0;
    int first = 0;
    for (ProcessedImage image : images) {
      ProcessedImage.Grid grid = image.grid().orElseThrow();
      int side = config.window() == 0 ? Math.max(grid.rows(), grid.columns()) : config.window();
      for (int top = 0; top < grid.rows(); top += side) {
        for (int left = 0; left < grid.columns(); left += side) {
          int bottom = Math.min(grid.rows(), top + side);
          int right = Math.min(grid.columns(), left + side);
          windows.add((bottom - top) * (right - left) * unit);
          for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
              tokens[next] = first + y * grid.columns() + x;
              place(y, x, config.mergeSize(), axes, next++ * unit);
            }
          }
        }
      }
      first += image.tokens();
    }
    return new PatchRows(
        tokens,
        axes,
        images.stream().mapToInt(image -> image.tokens() * unit).toArray(),
        windows.build().toArray());
  }

  private static void place(int y, int x, int merge, int[][] axes, int row) {
    for (int i = 0; i < merge * merge; i++) {
      axes[0][row + i] = y * merge + i / merge;
      axes[1][row + i] = x * merge + i % merge;
    }
  }

  /** Whether the tower's order is the images' own. */
  boolean inOrder() {
    return IntStream.range(0, tokens.length).allMatch(i -> tokens[i] == i);
  }

  /** For each row of the tower its patch in the images' own order. */
  int[] patches(int unit) {
    return IntStream.range(0, tokens.length * unit)
        .map(row -> tokens[row / unit] * unit + row % unit)
        .toArray();
  }

  /** For each token in the images' own order its place in the tower. */
  int[] places() {
    int[] places = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      places[tokens[i]] = i;
    }
    return places;
  }
}
