package org.lmdeploy.api.ops;

/**
 * The heads of an attention layer. Its fused input has rows [heads * headDim | kvHeads * headDim |
 * kvHeads * headDim]: queries, keys, values.
 *
 * @param heads query heads, a multiple of {@code kvHeads}
 * @param kvHeads key and value heads
 * @param headDim elements of a head
 * @param scale factor of the products of queries and keys, mostly 1 / sqrt(headDim)
 * @param window the last so many positions are seen (sliding window), 0 for all
 */
public record AttentionShape(int heads, int kvHeads, int headDim, float scale, int window) {
  /**
   * @throws IllegalArgumentException if the numbers do not go together
   */
  public AttentionShape {
    if (heads < 1 || kvHeads < 1 || headDim < 1 || heads % kvHeads != 0 || window < 0) {
      throw new IllegalArgumentException(
          "attention with "
              + heads
              + " heads over "
              + kvHeads
              + " of size "
              + headDim
              + " and window "
              + window
              + " cannot be");
    }
  }

  /** All positions are seen; the scale is 1 / sqrt(headDim). */
  public static AttentionShape of(int heads, int kvHeads, int headDim) {
    return new AttentionShape(heads, kvHeads, headDim, (float) (1 / Math.sqrt(headDim)), 0);
  }

  /** Elements of a fused row: (heads + 2 kvHeads) * headDim. */
  public int fusedColumns() {
    return (heads + 2 * kvHeads) * headDim;
  }
}
