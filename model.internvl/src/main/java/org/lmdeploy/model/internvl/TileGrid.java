package org.lmdeploy.model.internvl;

/**
 * How one image becomes square tiles: resized to {@code columns × rows} tiles, cut row after row,
 * and followed by a thumbnail of the whole image if there is one. Known from the image's size
 * alone, so that prompt lengths need no pixels.
 *
 * @param columns tiles side by side
 * @param rows tiles on top of each other
 * @param thumbnail whether the whole image, resized to one tile, comes last
 */
public record TileGrid(int columns, int rows, boolean thumbnail) {

  /** One tile, which is the whole image. */
  public static final TileGrid SINGLE = new TileGrid(1, 1, false);

  public TileGrid {
    if (columns < 1 || rows < 1) {
      throw new IllegalArgumentException("a grid of " + columns + "x" + rows + " tiles");
    }
  }

  /** Number of tiles, the thumbnail included. */
  public int tiles() {
    return columns * rows + (thumbnail ? 1 : 0);
  }
}
