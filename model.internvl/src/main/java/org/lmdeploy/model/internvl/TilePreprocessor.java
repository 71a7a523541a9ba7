package org.lmdeploy.model.internvl;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.CenterCrop;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PillowResize;
import org.lmdeploy.model.image.PixelNormalizer;
import org.lmdeploy.model.image.Pixels;

/**
 * Prepares images for InternViT: tiles, resized with Pillow's arithmetic, normalized to float32
 * {@code [tiles, 3, tileSize, tileSize]}. Immutable and thread-safe.
 */
public final class TilePreprocessor {

  private final InternVlImageConfig config;
  private final PixelNormalizer normalizer;
  private final Parallel parallel;

  /**
   * @param parallel where the pieces of one image are computed
   */
  public TilePreprocessor(InternVlImageConfig config, Parallel parallel) {
    this.config = config;
    this.parallel = parallel;
    normalizer = new PixelNormalizer(config.mean(), config.std());
  }

  /**
   * The tiles of an image of that size; cheap, and all that a prompt's length needs.
   *
   * @param part the request's wishes; its source is not looked at
   * @throws org.lmdeploy.api.error.InvalidRequestException if the wishes are out of range
   */
  public TileGrid plan(int width, int height, ImagePart part) {
    if (config.fit() != InternVlImageConfig.Fit.TILES) {
      return TileGrid.SINGLE;
    }
    int maxTiles = TileLimit.of(part, config.maxDynamicPatch());
    return new TileGridPlanner(
            config.tileSize(), config.minDynamicPatch(), maxTiles, config.useThumbnail())
        .plan(width, height);
  }

  /** Floats that the tiles of {@code grid} take. */
  public long floats(TileGrid grid) {
    return (long) grid.tiles() * Pixels.CHANNELS * config.tileSize() * config.tileSize();
  }

  /** The pixel values of an image, {@code [tiles, 3, tileSize, tileSize]}, in a new array. */
  public float[] process(RgbImage image, ImagePart part) {
    TileGrid grid = plan(image.width(), image.height(), part);
    float[] pixelValues = new float[Math.toIntExact(floats(grid))];
    process(image, grid, MemorySegment.ofArray(pixelValues));
    return pixelValues;
  }

  /**
   * Writes the pixel values of an image, {@code [tiles, 3, tileSize, tileSize]}.
   *
   * @param grid what {@link #plan} said for this image
   * @param to at least {@link #floats} floats, in the order of this machine
   */
  public void process(RgbImage image, TileGrid grid, MemorySegment to) {
    resize(image, grid).normalize(normalizer, to, parallel);
  }

  /** The image in 8 bits, as the vision tower will see it. */
  TiledImage resize(RgbImage image, TileGrid grid) {
    int size = config.tileSize();
    if (config.fit() == InternVlImageConfig.Fit.CENTER_CROP) {
      RgbImage middle = CenterCrop.apply(image, size, size, config.filter(), parallel);
      return new TiledImage(grid, size, middle, Optional.empty());
    }
    RgbImage mosaic = resize(image, size * grid.columns(), size * grid.rows());
    Optional<RgbImage> thumbnail =
        grid.thumbnail() ? Optional.of(resize(image, size, size)) : Optional.empty();
    return new TiledImage(grid, size, mosaic, thumbnail);
  }

  private RgbImage resize(RgbImage image, int width, int height) {
    return PillowResize.resize(image, width, height, config.filter(), parallel);
  }
}
