package org.lmdeploy.model.llava;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PixelKey;
import org.lmdeploy.model.image.Pixels;
import org.lmdeploy.model.llava.image.Fit;
import org.lmdeploy.model.llava.image.ImageConfig;
import org.lmdeploy.model.llava.image.TilePreprocessor;
import org.lmdeploy.model.llava.vision.TokenGrid;
import org.lmdeploy.model.llava.vision.TowerConfig;

/**
 * Images of LLaVA: normalized tiles [tiles, 3, side, side]; in the prompt a run of {@code <image>}.
 * A request's {@code detail} changes nothing, as an image's tiles follow from its size alone.
 */
final class LlavaImageProcessor implements ImageProcessor {
  /** What the checkpoints' templates print for an image, and mostly the placeholder token too. */
  static final String MARKER = "<image>";

  private final ImageConfig config;
  private final TowerConfig tower;
  private final ImageTokens tokens;
  private final TilePreprocessor tiles;
  private final ImageSlot slot;

  LlavaImageProcessor(ImageConfig config, TowerConfig tower, ImageTokens tokens, ImageSlot slot) {
    this.config = config;
    this.tower = tower;
    this.tokens = tokens;
    this.slot = slot;
    tiles = new TilePreprocessor(config, Parallel.COMMON_POOL);
  }

  @Override
  public String marker() {
    return MARKER;
  }

  @Override
  public String builtInPrefix() {
    return "<IMAGE_TOKEN>\n";
  }

  @Override
  public ProcessedImage process(RgbImage image, ImagePart part) {
    if (part.maxDynamicPatch().isPresent()) {
      throw new InvalidRequestException(
          "max_dynamic_patch",
          "max_dynamic_patch is for models that choose a number of tiles; leave it out");
    }
    int count = tiles.tiles(image);
    int side = tower.seenSize();
    long bytes = (long) Float.BYTES * count * Pixels.CHANNELS * side * side;
    // Lives as long as the request that holds it.
    MemorySegment pixels = Arena.ofAuto().allocate(bytes, Float.BYTES);
    tiles.process(image, side, pixels);
    HostTensor tensor =
        new HostTensor(DType.F32, Shape.of(count, Pixels.CHANNELS, side, side), pixels);
    Optional<TokenGrid> grid =
        config.fit() == Fit.ANY_RESOLUTION
            ? tokens.grid(image, tiles.resolution(image))
            : Optional.empty();
    String key = PixelKey.of(pixels);
    if (grid.isEmpty()) {
      return new ProcessedImage(tensor, count * tower.tokensPerTile(), key);
    }
    List<Integer> layout = grid.get().layout();
    return new ProcessedImage(tensor, grid.get().tokens(), key + layout, layout);
  }

  @Override
  public ImageSlot slot(ProcessedImage image) {
    return slot;
  }
}
