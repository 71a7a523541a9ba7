package org.lmdeploy.model.text.decoder;

import org.lmdeploy.api.ops.LinearSpec;

/**
 * One linear layer whose rows already lie as the decoder wants them (Phi-3, Qwen, ChatGLM).
 *
 * @param name name of the layer
 */
public record PackedQkv(String name) implements QkvWeights {
  @Override
  public LinearSpec spec(DecoderWeights weights, String layer, DecoderConfig config) {
    return weights.linear(
        layer + name,
        config.attention().fusedColumns(),
        config.hiddenSize(),
        config.biases().qkv());
  }
}
