package org.lmdeploy.api.engine;

import java.util.List;
import java.util.Objects;
import org.lmdeploy.api.model.ProcessedImage;

/**
 * A prompt to be answered.
 *
 * @param promptIds the prompt with placeholder ids where images are; at least one token
 * @param images where the images' embeddings go, in ascending order
 * @param config how the answer is generated
 */
public record GenerationRequest(int[] promptIds, List<ImageSpan> images, GenerationConfig config) {
  /** Copies the list. */
  public GenerationRequest {
    Objects.requireNonNull(promptIds, "promptIds");
    images = List.copyOf(images);
    Objects.requireNonNull(config, "config");
  }

  /**
   * An image in a prompt.
   *
   * @param start position of its first placeholder; it takes {@code image.tokens()} positions
   * @param image the image
   */
  public record ImageSpan(int start, ProcessedImage image) {}
}
