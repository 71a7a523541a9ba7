package org.lmdeploy.model.internvl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses the grid of InternVL 1.5 and 2: of all grids with {@code minTiles} to {@code maxTiles}
 * tiles, the one whose aspect ratio is closest to the image's.
 *
 * <p>Grids are tried in the order of their area; on a tie the later, larger one wins only if the
 * image has more than half the pixels of that grid. Grids of equal area are tried from the tallest
 * to the widest.
 *
 * @see <a href="https://huggingface.co/OpenGVLab/InternVL2-8B">InternVL2's model card,
 *     dynamic_preprocess</a>
 */
final class TileGridPlanner {

  private final int tileSize;
  private final boolean useThumbnail;
  private final List<TileGrid> candidates;

  /**
   * @param tileSize side of a tile in pixels
   * @param minTiles fewest tiles, the thumbnail not counted
   * @param maxTiles most tiles, the thumbnail not counted; below {@code minTiles} every image is
   *     one tile
   */
  TileGridPlanner(int tileSize, int minTiles, int maxTiles, boolean useThumbnail) {
    this.tileSize = tileSize;
    this.useThumbnail = useThumbnail;
    candidates = candidates(minTiles, maxTiles);
  }

  private static List<TileGrid> candidates(int minTiles, int maxTiles) {
    List<TileGrid> grids = new ArrayList<>();
    for (int columns = 1; columns <= maxTiles; columns++) {
      for (int rows = Math.max(1, Math.ceilDiv(minTiles, columns));
          rows <= maxTiles / columns;
          rows++) {
        grids.add(new TileGrid(columns, rows, false));
      }
    }
    grids.sort(
        Comparator.comparingInt(
            TileGrid::tiles)); // stable: equal areas stay in the order of their columns
    return List.copyOf(grids);
  }

  TileGrid plan(int width, int height) {
    double aspectRatio = (double) width / height;
    double area = (double) width * height;
    double leastDifference = Double.POSITIVE_INFINITY;
    TileGrid best = TileGrid.SINGLE;
    for (TileGrid grid : candidates) {
      double difference = Math.abs(aspectRatio - (double) grid.columns() / grid.rows());
      boolean tie =
          difference == leastDifference && area > 0.5 * tileSize * tileSize * grid.tiles();
      if (difference < leastDifference || tie) {
        leastDifference = difference;
        best = grid;
      }
    }
    return useThumbnail && best.tiles() != 1
        ? new TileGrid(best.columns(), best.rows(), true)
        : best;
  }
}
