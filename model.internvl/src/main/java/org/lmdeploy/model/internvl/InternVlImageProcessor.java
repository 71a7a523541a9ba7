package org.lmdeploy.model.internvl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PixelKey;
import org.lmdeploy.model.image.Pixels;

/**
 * Images of InternVL: normalized tiles [tiles, 3, size, size]; in the prompt {@code <img>}, a run
 * of {@code <IMG_CONTEXT>}, {@code </img>}.
 */
final class InternVlImageProcessor implements ImageProcessor {
  private static final String PLACEHOLDER = "<IMG_CONTEXT>";

  private final InternVlImageConfig config;
  private final TilePreprocessor tiles;
  private final int tokensPerTile;
  private final ImageSlot slot;

  InternVlImageProcessor(InternVlImageConfig config, int tokensPerTile, Tokenizer tokenizer) {
    this.config = config;
    this.tiles = new TilePreprocessor(config, Parallel.COMMON_POOL);
    this.tokensPerTile = tokensPerTile;
    int placeholder =
        tokenizer
            .tokenId(PLACEHOLDER)
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        "the tokenizer has no token "
                            + PLACEHOLDER
                            + ", which stands for an image's embeddings"));
    this.slot = new ImageSlot("<img>", placeholder, "</img>");
  }

  @Override
  public String marker() {
    return "<image>";
  }

  @Override
  public String builtInPrefix() {
    // LMDeploy writes <img> and </img> here; with us they belong to the slot, once for every prompt
    return "<IMAGE_TOKEN>\n";
  }

  @Override
  public ProcessedImage process(RgbImage image, ImagePart part) {
    TileGrid grid = tiles.plan(image.width(), image.height(), part);
    long bytes = Float.BYTES * tiles.floats(grid);
    // Lives as long as the request that holds it.
    MemorySegment pixels = Arena.ofAuto().allocate(bytes, Float.BYTES);
    tiles.process(image, grid, pixels);
    int size = config.tileSize();
    return new ProcessedImage(
        new HostTensor(DType.F32, Shape.of(grid.tiles(), Pixels.CHANNELS, size, size), pixels),
        grid.tiles() * tokensPerTile,
        PixelKey.of(pixels));
  }

  @Override
  public ImageSlot slot(ProcessedImage image) {
    return slot;
  }
}
