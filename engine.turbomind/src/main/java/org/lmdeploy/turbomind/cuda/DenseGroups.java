package org.lmdeploy.turbomind.cuda;

import java.util.Arrays;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.Gpu;

/**
 * Groups of rows that attend to each other (images), in device memory: where each begins, which
 * rows it has, and its tiles. All layers of a tower have the same, so the last ones are kept.
 */
final class DenseGroups implements AutoCloseable {
  private final IntList rows;
  private final IntList tiles;
  private int[] lengths;
  private int tileRows;
  private int tileCount;

  DenseGroups(Gpu gpu) {
    rows = new IntList(gpu);
    tiles = new IntList(gpu);
  }

  /**
   * Makes groups the present ones.
   *
   * @param rowsPerTile rows of a tile, 0 if the kernel looks at no tiles
   */
  void set(int[] groupLengths, int rowsPerTile, CudaStream stream) {
    if (rowsPerTile == tileRows && Arrays.equals(groupLengths, lengths)) {
      return;
    }
    lengths = groupLengths.clone();
    tileRows = rowsPerTile;
    rows.set(startsAndRows(lengths), stream);
    if (rowsPerTile > 0) {
      int[] pairs = tiles(lengths, rowsPerTile);
      tileCount = pairs.length / 2;
      tiles.set(pairs, stream);
    }
  }

  /** The first row of each group, the number of rows, then each row's group. */
  static int[] startsAndRows(int[] lengths) {
    int[] numbers = new int[lengths.length + 1 + Arrays.stream(lengths).sum()];
    int row = 0;
    for (int group = 0; group < lengths.length; group++) {
      numbers[group] = row;
      Arrays.fill(
          numbers, lengths.length + 1 + row, lengths.length + 1 + row + lengths[group], group);
      row += lengths[group];
    }
    numbers[lengths.length] = row;
    return numbers;
  }

  static int[] tiles(int[] lengths, int rowsPerTile) {
    TileOrder order = new TileOrder();
    for (int group = 0; group < lengths.length; group++) {
      for (int tile = 0; tile * rowsPerTile < lengths[group]; tile++) {
        order.add(lengths[group], group, tile);
      }
    }
    return order.pairs();
  }

  long starts() {
    return rows.address();
  }

  long rowGroups() {
    return rows.address() + 4L * (lengths.length + 1);
  }

  long tiles() {
    return tileRows == 0 ? 0 : tiles.address();
  }

  int tileCount() {
    return tileCount;
  }

  @Override
  public void close() {
    rows.close();
    tiles.close();
  }
}
