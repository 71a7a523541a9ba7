package org.lmdeploy.api.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.tensor.HostTensor;

/**
 * An image as a vision model takes it.
 *
 * @param pixels normalized pixels, F32, for example [tiles, 3, size, size]
 * @param tokens rows of embeddings that the vision model makes of it, at least 1
 * @param key hash of the pixels and of all else that counts: equal keys mean equal embeddings (used
 *     by embedding and prefix caches)
 * @param layout what the family's vision model must know besides the pixels, in an order of its
 *     own, for example how tiles lie in the image; mostly empty
 * @param grid how the rows of embeddings lie in the image, where the decoder's positions have axes
 *     for that (M-RoPE); empty where they are tokens as any others
 */
public record ProcessedImage(
    HostTensor pixels, int tokens, String key, List<Integer> layout, Optional<Grid> grid) {
  /** Checks the values. */
  public ProcessedImage {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(key, "key");
    layout = List.copyOf(layout);
    Objects.requireNonNull(grid, "grid");
    if (tokens < 1) {
      throw new IllegalArgumentException("an image of " + tokens + " tokens cannot be");
    }
    if (grid.isPresent() && (long) grid.get().rows() * grid.get().columns() != tokens) {
      throw new IllegalArgumentException("an image of " + tokens + " tokens has no " + grid.get());
    }
  }

  /** An image whose rows of embeddings may lie in a grid that the decoder's positions show. */
  public ProcessedImage(HostTensor pixels, int tokens, String key, Optional<Grid> grid) {
    this(pixels, tokens, key, List.of(), grid);
  }

  /** An image whose vision model must know its layout. */
  public ProcessedImage(HostTensor pixels, int tokens, String key, List<Integer> layout) {
    this(pixels, tokens, key, layout, Optional.empty());
  }

  /**
   * Rows of embeddings, grid row by grid row. With the image's first position p, that in row y and
   * column x is at (p, p + y, p + x), and what follows the image goes on at p + max(rows, columns).
   *
   * @param rows at least 1
   * @param columns at least 1
   */
  public record Grid(int rows, int columns) {
    /**
     * @throws IllegalArgumentException if a number is below 1
     */
    public Grid {
      if (rows < 1 || columns < 1) {
        throw new IllegalArgumentException("a grid of " + rows + " x " + columns + " cannot be");
      }
    }
  }

  /** An image whose pixels say all. */
  public ProcessedImage(HostTensor pixels, int tokens, String key) {
    this(pixels, tokens, key, List.of(), Optional.empty());
  }
}
