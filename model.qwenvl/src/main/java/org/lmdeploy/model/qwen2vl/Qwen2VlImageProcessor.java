package org.lmdeploy.model.qwen2vl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
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
import org.lmdeploy.model.image.PillowResize;
import org.lmdeploy.model.image.PixelKey;
import org.lmdeploy.model.image.Pixels;

/**
 * Images at their own resolution: normalized patches [patches, columns] and the grid of their
 * tokens; in the prompt {@code <|vision_start|>}, a run of {@code <|image_pad|>}, {@code
 * <|vision_end|>}.
 */
final class Qwen2VlImageProcessor implements ImageProcessor {
  private static final String START = "<|vision_start|>";
  private static final String PLACEHOLDER = "<|image_pad|>";
  private static final String END = "<|vision_end|>";

  private final Qwen2VlImageConfig config;
  private final ImageSlot slot;

  Qwen2VlImageProcessor(Qwen2VlImageConfig config, Tokenizer tokenizer) {
    this.config = config;
    int placeholder =
        tokenizer
            .tokenId(PLACEHOLDER)
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        "the tokenizer has no token "
                            + PLACEHOLDER
                            + ", which stands for an image's embeddings"));
    this.slot = new ImageSlot(START, placeholder, END);
  }

  @Override
  public String marker() {
    return START + PLACEHOLDER + END;
  }

  @Override
  public String builtInPrefix() {
    // LMDeploy writes <|vision_start|> and <|vision_end|> here, without a line break; with us they
    // belong to the slot, once for every prompt
    return "<IMAGE_TOKEN>";
  }

  @Override
  public ProcessedImage process(RgbImage image, ImagePart part) {
    PatchLayout layout = config.patches();
    ImageSize size =
        ImageSize.of(image.width(), image.height(), layout.factor(), config.limits().of(part));
    RgbImage resized =
        PillowResize.resize(
            image, size.width(), size.height(), config.filter(), Parallel.COMMON_POOL);
    long patches = (long) size.width() * size.height() / layout.pixels();
    // Lives as long as the request that holds it.
    MemorySegment pixels =
        Arena.ofAuto().allocate(patches * layout.columns() * Float.BYTES, Float.BYTES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment planes =
          arena.allocate(
              (long) Pixels.CHANNELS * size.width() * size.height() * Float.BYTES, Float.BYTES);
      config.normalizer().write(resized, 0, 0, size.width(), size.height(), planes, 0);
      layout.write(planes, size.width(), size.height(), pixels);
    }
    var grid =
        new ProcessedImage.Grid(size.height() / layout.factor(), size.width() / layout.factor());
    return new ProcessedImage(
        new HostTensor(DType.F32, Shape.of(patches, layout.columns()), pixels),
        grid.rows() * grid.columns(),
        // the same patches may be those of a tall image and of a wide one
        PixelKey.of(pixels) + " " + grid.rows() + "x" + grid.columns(),
        Optional.of(grid));
  }

  @Override
  public ImageSlot slot(ProcessedImage image) {
    return slot;
  }
}
