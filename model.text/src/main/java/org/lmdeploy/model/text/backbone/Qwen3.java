package org.lmdeploy.model.text.backbone;

import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;
import org.lmdeploy.model.text.decoder.HeadNorms;

/** Qwen3, dense (arXiv 2505.09388): each head of queries and keys is normalized. */
final class Qwen3 {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(151_936, 4096, 22_016, 32, 32, 32, 128, 32_768, 1e-6);

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(
          DEFAULTS,
          config -> {
            boolean attention = config.flag("attention_bias", false);
            return new Biases(attention, attention, false);
          },
          SlidingWindow.OF_UPPER_LAYERS);

  static final Backbone BACKBONE =
      new Backbone(
          "Qwen3ForCausalLM",
          "qwen3",
          READER::read,
          Llama.NAMES.with(new HeadNorms("self_attn.q_norm.weight", "self_attn.k_norm.weight")));

  private Qwen3() {}
}
