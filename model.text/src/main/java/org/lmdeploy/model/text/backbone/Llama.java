package org.lmdeploy.model.text.backbone;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;
import org.lmdeploy.model.text.decoder.SeparateQkv;
import org.lmdeploy.model.text.decoder.WeightNames;

/** Llama 1 to 3 and what follows their layout: Vicuna, TinyLlama, SmolLM, Yi, DeepSeek LLM. */
final class Llama {
  /** What a configuration means that leaves a size out, as parts of VLMs' configurations do. */
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(
          32_000, 4096, 11_008, 32, 32, ConfigDefaults.DERIVED, ConfigDefaults.DERIVED, 2048, 1e-6);

  /** Names that many later families took over. */
  static final WeightNames NAMES =
      new WeightNames(
          "model.embed_tokens.weight",
          "model.layers.",
          "input_layernorm.weight",
          new SeparateQkv("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
          Optional.empty(),
          "self_attn.o_proj",
          "post_attention_layernorm.weight",
          List.of("mlp.gate_proj", "mlp.up_proj"),
          "mlp.down_proj",
          "model.norm.weight",
          "lm_head");

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(
          DEFAULTS,
          config -> {
            boolean attention = config.flag("attention_bias", false);
            return new Biases(attention, attention, config.flag("mlp_bias", false));
          },
          SlidingWindow.NONE);

  static final Backbone BACKBONE = new Backbone("LlamaForCausalLM", "llama", READER::read, NAMES);

  private Llama() {}
}
