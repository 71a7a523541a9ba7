package org.lmdeploy.model.internvl;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PixelNormalizer;
import org.lmdeploy.model.image.Pixels;

/**
 * One image resized to its grid, still in 8 bits. The tiles are not cut out; they are read where
 * they lie.
 *
 * @param grid the chosen grid
 * @param tileSize side of a tile
 * @param mosaic {@code [rows * tileSize, columns * tileSize, 3]}
 * @param thumbnail {@code [tileSize, tileSize, 3]}, present if the grid says so
 */
record TiledImage(TileGrid grid, int tileSize, RgbImage mosaic, Optional<RgbImage> thumbnail) {

  /** A copy of tile {@code index}, in the order of the model. */
  RgbImage tile(int index) {
    Objects.checkIndex(index, grid.tiles());
    return isThumbnail(index)
        ? thumbnail.orElseThrow()
        : Pixels.crop(mosaic, x(index), y(index), tileSize, tileSize);
  }

  /**
   * Writes all tiles as float32 {@code [tiles, 3, tileSize, tileSize]}.
   *
   * @param to at least that many floats
   */
  void normalize(PixelNormalizer normalizer, MemorySegment to, Parallel parallel) {
    parallel.forEach(
        grid.tiles(),
        tile -> {
          RgbImage source = isThumbnail(tile) ? thumbnail.orElseThrow() : mosaic;
          int x = isThumbnail(tile) ? 0 : x(tile);
          int y = isThumbnail(tile) ? 0 : y(tile);
          long index = (long) tile * Pixels.CHANNELS * tileSize * tileSize;
          normalizer.write(source, x, y, tileSize, tileSize, to, index);
        });
  }

  private boolean isThumbnail(int index) {
    return index == grid.columns() * grid.rows();
  }

  private int x(int index) {
    return index % grid.columns() * tileSize;
  }

  private int y(int index) {
    return index / grid.columns() * tileSize;
  }
}
