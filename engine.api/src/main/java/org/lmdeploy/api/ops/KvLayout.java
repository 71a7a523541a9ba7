package org.lmdeploy.api.ops;

/**
 * What one token keeps in the KV cache.
 *
 * @param layers decoder layers
 * @param kvHeads key and value heads of a layer
 * @param headDim elements of a head
 */
public record KvLayout(int layers, int kvHeads, int headDim) {
  /**
   * @throws IllegalArgumentException if a number is below 1
   */
  public KvLayout {
    if (layers < 1 || kvHeads < 1 || headDim < 1) {
      throw new IllegalArgumentException(
          layers + " layers, " + kvHeads + " heads, size " + headDim + ": all must be at least 1");
    }
  }

  /** Elements that a token keeps: keys and values of all layers. */
  public long elementsPerToken() {
    return 2L * layers * kvHeads * headDim;
  }
}
