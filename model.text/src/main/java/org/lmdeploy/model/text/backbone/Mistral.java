package org.lmdeploy.model.text.backbone;

import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;

/** Mistral 7B and what followed it in its class (Jiang et al., arXiv 2310.06825). */
final class Mistral {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(32_000, 4096, 14_336, 32, 32, 8, ConfigDefaults.DERIVED, 131_072, 1e-6);

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(DEFAULTS, _ -> Biases.NONE, SlidingWindow.ofAllLayers(4096));

  static final Backbone BACKBONE =
      new Backbone("MistralForCausalLM", "mistral", READER::read, Llama.NAMES);

  private Mistral() {}
}
