package org.lmdeploy.model.llava;

import java.util.Optional;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.llava.image.Fit;
import org.lmdeploy.model.llava.image.ImageConfig;
import org.lmdeploy.model.llava.image.Merge;
import org.lmdeploy.model.llava.image.Resolution;
import org.lmdeploy.model.llava.vision.TokenGrid;
import org.lmdeploy.model.llava.vision.TowerConfig;

/**
 * How many tokens images have, and in which order.
 *
 * @param images how images become tiles
 * @param tower what makes tokens of a tile
 */
record ImageTokens(ImageConfig images, TowerConfig tower) {
  /** The order of an image's tokens, if tiles do not simply follow each other. */
  Optional<TokenGrid> grid(RgbImage image, Resolution resolution) {
    int columns = resolution.width() / images.size();
    int rows = resolution.height() / images.size();
    return switch (images.merge()) {
      case FLAT -> Optional.empty();
      case SPATIAL -> Optional.of(TokenGrid.whole(columns, rows, tower.grid()));
      case SPATIAL_UNPAD ->
          Optional.of(
              TokenGrid.unpadded(
                  columns,
                  rows,
                  tower.grid(),
                  image.width(),
                  image.height(),
                  images.roundedUnpad()));
    };
  }

  /** Most tokens of an image. */
  int most() {
    return images.fit() == Fit.ANY_RESOLUTION
        ? images.resolutions().stream().mapToInt(this::most).max().orElseThrow()
        : tower.tokensPerTile();
  }

  /** The number for {@code why}. */
  String range() {
    return images.fit() == Fit.ANY_RESOLUTION ? "up to " + most() : "" + most();
  }

  private int most(Resolution resolution) {
    int newlines =
        images.merge() == Merge.SPATIAL_UNPAD
            ? resolution.height() / images.size() * tower.grid()
            : 0;
    return (1 + resolution.tiles(images.size())) * tower.tokensPerTile() + newlines;
  }
}
