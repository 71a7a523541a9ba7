package org.lmdeploy.api.model;

import java.util.Objects;
import org.lmdeploy.api.tensor.HostTensor;

/**
 * An image as a vision model takes it.
 *
 * @param pixels normalized pixels, F32, for example [tiles, 3, size, size]
 * @param tokens rows of embeddings that the vision model makes of it, at least 1
 * @param key hash of the pixels: equal keys mean equal embeddings (used by embedding and prefix
 *     caches)
 */
public record ProcessedImage(HostTensor pixels, int tokens, String key) {
  /** Checks the values. */
  public ProcessedImage {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(key, "key");
    if (tokens < 1) {
      throw new IllegalArgumentException("an image of " + tokens + " tokens cannot be");
    }
  }
}
