package org.lmdeploy.model.llava.image;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.CenterCrop;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PillowResize;
import org.lmdeploy.model.image.PixelNormalizer;
import org.lmdeploy.model.image.Pixels;

/** From an image to normalized tiles, with Pillow's arithmetic. Immutable and thread-safe. */
public final class TilePreprocessor {
  private static final int[] BLACK = {0, 0, 0};

  private final ImageConfig config;
  private final PixelNormalizer normalizer;
  private final Parallel parallel;

  /**
   * @param parallel where the pieces of one image are computed
   */
  public TilePreprocessor(ImageConfig config, Parallel parallel) {
    this.config = config;
    this.parallel = parallel;
    normalizer = new PixelNormalizer(config.mean(), config.std());
  }

  /** The resolution of an image's tiles; meaningful only where tiles are laid. */
  public Resolution resolution(RgbImage image) {
    return Resolution.best(config.resolutions(), image.width(), image.height());
  }

  /** How many tiles an image becomes. */
  public int tiles(RgbImage image) {
    return config.fit() == Fit.ANY_RESOLUTION ? 1 + resolution(image).tiles(config.size()) : 1;
  }

  /**
   * Writes an image's tiles as float32 [tiles, 3, side, side].
   *
   * @param side rows and columns of a tile that are written, from its upper left
   * @param to at least that many floats
   * @throws org.lmdeploy.api.error.InvalidRequestException if the image is too thin
   */
  public void process(RgbImage image, int side, MemorySegment to) {
    List<Tile> tiles = resize(image);
    long floats = (long) Pixels.CHANNELS * side * side;
    parallel.forEach(
        tiles.size(),
        i -> {
          Tile tile = tiles.get(i);
          normalizer.write(tile.source(), tile.x(), tile.y(), side, side, to, i * floats);
        });
  }

  /** The tiles in 8 bits. */
  List<Tile> resize(RgbImage image) {
    int size = config.size();
    return switch (config.fit()) {
      case STRETCH -> List.of(whole(stretch(image, size, size)));
      case PAD ->
          List.of(whole(SquarePad.apply(image, size, meanColour(), config.filter(), parallel)));
      case CROP ->
          List.of(
              whole(CenterCrop.apply(image, config.shortest(), size, config.filter(), parallel)));
      case ANY_RESOLUTION -> anyResolution(image);
    };
  }

  private List<Tile> anyResolution(RgbImage image) {
    int size = config.size();
    Resolution all = resolution(image);
    Resolution inside = all.inside(image.width(), image.height());
    RgbImage canvas =
        Pixels.onCanvas(
            stretch(image, inside.width(), inside.height()),
            all.width(),
            all.height(),
            (all.width() - inside.width()) / 2,
            (all.height() - inside.height()) / 2,
            BLACK);
    List<Tile> tiles = new ArrayList<>();
    tiles.add(whole(stretch(image, size, size)));
    for (int y = 0; y < all.height(); y += size) {
      for (int x = 0; x < all.width(); x += size) {
        tiles.add(new Tile(canvas, x, y));
      }
    }
    return tiles;
  }

  private static Tile whole(RgbImage image) {
    return new Tile(image, 0, 0);
  }

  private int[] meanColour() {
    float[] mean = config.mean();
    int[] colour = new int[Pixels.CHANNELS];
    for (int c = 0; c < colour.length; c++) {
      colour[c] = Math.clamp((long) (mean[c] * 255.0), 0, 255);
    }
    return colour;
  }

  private RgbImage stretch(RgbImage image, int width, int height) {
    return PillowResize.resize(image, width, height, config.filter(), parallel);
  }
}
