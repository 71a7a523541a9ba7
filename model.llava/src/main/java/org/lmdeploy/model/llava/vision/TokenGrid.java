package org.lmdeploy.model.llava.vision;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * How the embeddings of an image's tiles follow each other when tiles lie side by side: those of
 * the first tile, which is the whole image, then a rectangle of the grid that the others make, row
 * by row.
 *
 * @param columns tiles beside each other
 * @param rows tiles above each other
 * @param side rows and columns of embeddings of one tile
 * @param top first row of the rectangle
 * @param left first column of the rectangle
 * @param height rows of the rectangle, which may be none for a very thin image
 * @param width columns of the rectangle
 * @param newline whether each row ends with the newline's embedding
 */
public record TokenGrid(
    int columns, int rows, int side, int top, int left, int height, int width, boolean newline) {
  private static final int NUMBERS = 8;

  /** All of the grid, without newlines. */
  public static TokenGrid whole(int columns, int rows, int side) {
    return new TokenGrid(columns, rows, side, 0, 0, rows * side, columns * side, false);
  }

  /**
   * What is left of the grid without the padding around an image of another aspect ratio, with
   * newlines ({@code unpad_image} of the published code, whose order of operations decides about
   * the last row).
   *
   * @param rounded whether the size is rounded to seven digits before it is cut to a whole number
   */
  public static TokenGrid unpadded(
      int columns, int rows, int side, int imageWidth, int imageHeight, boolean rounded) {
    int height = rows * side;
    int width = columns * side;
    if ((double) imageWidth / imageHeight > (double) width / height) {
      int kept = cut(imageHeight * ((double) width / imageWidth), rounded);
      int top = (height - kept) / 2;
      return new TokenGrid(columns, rows, side, top, 0, height - 2 * top, width, true);
    }
    int kept = cut(imageWidth * ((double) height / imageHeight), rounded);
    int left = (width - kept) / 2;
    return new TokenGrid(columns, rows, side, 0, left, height, width - 2 * left, true);
  }

  private static int cut(double size, boolean rounded) {
    return rounded
        ? new BigDecimal(size).setScale(7, RoundingMode.HALF_EVEN).intValue()
        : (int) size;
  }

  /** The numbers of a {@link org.lmdeploy.api.model.ProcessedImage#layout}. */
  public List<Integer> layout() {
    return List.of(columns, rows, side, top, left, height, width, newline ? 1 : 0);
  }

  static TokenGrid of(List<Integer> layout) {
    if (layout.size() != NUMBERS) {
      throw new IllegalArgumentException(
          "a layout of " + NUMBERS + " numbers is needed: " + layout);
    }
    return new TokenGrid(
        layout.get(0),
        layout.get(1),
        layout.get(2),
        layout.get(3),
        layout.get(4),
        layout.get(5),
        layout.get(6),
        layout.get(7) == 1);
  }

  /** Rows of embeddings of the whole image and of the rectangle. */
  public int tokens() {
    return side * side + height * (newline ? width + 1 : width);
  }

  /**
   * Appends the rows in their order.
   *
   * @param first row of the first tile's first embedding
   * @param newlineRow row of the newline
   * @param at where in {@code target} to begin
   */
  void order(int first, int newlineRow, int[] target, int at) {
    int perTile = side * side;
    int next = at;
    for (int i = 0; i < perTile; i++) {
      target[next++] = first + i;
    }
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        int tile = 1 + y / side * columns + x / side;
        target[next++] = first + tile * perTile + y % side * side + x % side;
      }
      if (newline) {
        target[next++] = newlineRow;
      }
    }
  }
}
