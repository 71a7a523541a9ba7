package org.lmdeploy.api.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.api.model.ProcessedImage;

/**
 * A prompt to be answered.
 *
 * @param promptIds the prompt with placeholder ids where images are; at least one token
 * @param images where the images' embeddings go, in ascending order
 * @param config how the answer is generated; its output format is in {@code constraint}
 * @param constraint which tokens the answer may have, at its first one; used by this request alone
 */
public record GenerationRequest(
    int[] promptIds,
    List<ImageSpan> images,
    GenerationConfig config,
    Optional<TokenConstraint> constraint) {
  /** Copies the list. */
  public GenerationRequest {
    Objects.requireNonNull(promptIds, "promptIds");
    images = List.copyOf(images);
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(constraint, "constraint");
  }

  /** A prompt whose answer may be any text. */
  public GenerationRequest(int[] promptIds, List<ImageSpan> images, GenerationConfig config) {
    this(promptIds, images, config, Optional.empty());
  }

  /**
   * An image in a prompt.
   *
   * @param start position of its first placeholder; it takes {@code image.tokens()} positions
   * @param image the image
   */
  public record ImageSpan(int start, ProcessedImage image) {}
}
