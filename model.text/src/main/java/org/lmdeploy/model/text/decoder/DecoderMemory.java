package org.lmdeploy.model.text.decoder;

/** How many elements of activations {@link Decoder} keeps at once. */
public final class DecoderMemory {
  /**
   * Rows of logits that a step is expected to want: one for each sequence of a batch of the usual
   * greatest size. A step with more takes more.
   */
  private static final int LOGIT_ROWS = 256;

  private DecoderMemory() {}

  /** The most elements that are alive at once in a step of {@code tokens} tokens. */
  public static long elements(DecoderConfig config, int tokens) {
    long hidden = config.hiddenSize();
    // residual stream and rotary table
    long throughout = hidden + config.rotary().spec().rotaryDim();
    long attention = hidden + config.attention().fusedColumns() + config.attentionColumns();
    // devices without a fused kernel keep gate and up apart
    long feedForward = hidden + 3L * config.intermediateSize();
    long logits = Math.min(tokens, LOGIT_ROWS) * (2 * hidden + config.vocabSize());
    return tokens * throughout + Math.max(tokens * Math.max(attention, feedForward), logits);
  }
}
