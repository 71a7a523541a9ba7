package org.lmdeploy.hub.write;

import org.lmdeploy.api.tensor.Shape;

/** What a safetensors file says of a tensor. */
public interface StoredTensor {
  /** Its name. */
  String name();

  /** Its element type as the format spells it, for example {@code BF16}. */
  String type();

  /** Sizes of its dimensions. */
  Shape shape();

  /** Bytes of its elements. */
  long bytes();
}
