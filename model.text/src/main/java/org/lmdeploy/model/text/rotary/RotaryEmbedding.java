package org.lmdeploy.model.text.rotary;

import org.lmdeploy.api.ops.RotarySpec;

/**
 * The rotary position embedding of a decoder.
 *
 * @param spec its frequencies
 * @param description what it is, for people
 */
public record RotaryEmbedding(RotarySpec spec, String description) {
  /** The same with neighbours as pairs. */
  public RotaryEmbedding interleaved() {
    return new RotaryEmbedding(new Interleaved(spec), description + ", pairs are neighbours");
  }
}
