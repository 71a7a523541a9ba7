package org.lmdeploy.api.model;

import java.util.List;
import java.util.Objects;
import org.lmdeploy.api.tensor.HostTensor;

/**
 * An image as a vision model takes it.
 *
 * @param pixels normalized pixels, F32, for example [tiles, 3, size, size]
 * @param tokens rows of embeddings that the vision model makes of it, at least 1
 * @param key hash of the pixels and of the layout: equal keys mean equal embeddings (used by
 *     embedding and prefix caches)
 * @param layout what the family's vision model must know besides the pixels, in an order of its
 *     own, for example how tiles lie in the image; mostly empty
 */
public record ProcessedImage(HostTensor pixels, int tokens, String key, List<Integer> layout) {
  /** Checks the values. */
  public ProcessedImage {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(key, "key");
    layout = List.copyOf(layout);
    if (tokens < 1) {
      throw new IllegalArgumentException("an image of " + tokens + " tokens cannot be");
    }
  }

  /** An image whose pixels say all. */
  public ProcessedImage(HostTensor pixels, int tokens, String key) {
    this(pixels, tokens, key, List.of());
  }
}
