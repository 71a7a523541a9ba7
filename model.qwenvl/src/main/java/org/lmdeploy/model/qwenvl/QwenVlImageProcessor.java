package org.lmdeploy.model.qwenvl;

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
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PillowResize;
import org.lmdeploy.model.image.PixelKey;
import org.lmdeploy.model.image.PixelNormalizer;
import org.lmdeploy.model.image.Pixels;
import org.lmdeploy.model.qwenvl.vision.VisionConfig;

/**
 * Images of Qwen-VL, whatever their aspect ratio: one square [1, 3, size, size], normalized with
 * CLIP's statistics; in the prompt {@code <img>}, a run of {@code <imgpad>}, {@code </img>}. What a
 * request says about tiles is met by one square.
 */
final class QwenVlImageProcessor implements ImageProcessor {
  private static final String BEFORE = "<img>";
  private static final String PLACEHOLDER = "<imgpad>";
  private static final String AFTER = "</img>";

  private static final PixelNormalizer CLIP =
      new PixelNormalizer(
          new float[] {0.48145466f, 0.4578275f, 0.40821073f},
          new float[] {0.26862954f, 0.26130258f, 0.27577711f});

  private final VisionConfig config;
  private final ImageSlot slot;

  QwenVlImageProcessor(VisionConfig config, Tokenizer tokenizer) {
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
    if (placeholder != config.placeholderId()) {
      throw new InvalidModelException(
          "the tokenizer's token "
              + PLACEHOLDER
              + " is "
              + placeholder
              + ", but visual.image_start_id in config.json means that it is "
              + config.placeholderId());
    }
    slot = new ImageSlot(BEFORE, placeholder, AFTER);
  }

  @Override
  public String marker() {
    return BEFORE + PLACEHOLDER + AFTER;
  }

  @Override
  public String builtInPrefix() {
    // LMDeploy leaves out <img> and </img>, between which the model was trained to see images
    return "Picture {i}:<IMAGE_TOKEN>\n";
  }

  @Override
  public ProcessedImage process(RgbImage image, ImagePart part) {
    int size = config.imageSize();
    RgbImage square = resize(image);
    long bytes = (long) Float.BYTES * Pixels.CHANNELS * size * size;
    // Lives as long as the request that holds it.
    MemorySegment pixels = Arena.ofAuto().allocate(bytes, Float.BYTES);
    CLIP.write(square, 0, 0, size, size, pixels, 0);
    return new ProcessedImage(
        new HostTensor(DType.F32, Shape.of(1, Pixels.CHANNELS, size, size), pixels),
        config.queries(),
        PixelKey.of(pixels));
  }

  /** The image in 8 bits, as the vision tower will see it. */
  RgbImage resize(RgbImage image) {
    int size = config.imageSize();
    return PillowResize.resizeAsPillow13(image, size, size, Filter.BICUBIC, Parallel.COMMON_POOL);
  }

  @Override
  public ImageSlot slot(ProcessedImage image) {
    return slot;
  }
}
