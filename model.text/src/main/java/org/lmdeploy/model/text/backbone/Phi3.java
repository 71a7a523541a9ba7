package org.lmdeploy.model.text.backbone;

import java.util.List;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;
import org.lmdeploy.model.text.decoder.PackedQkv;
import org.lmdeploy.model.text.decoder.WeightNames;

/** Phi-3, 3.5 and 4-mini (Abdin et al., arXiv 2404.14219): fused projections. */
final class Phi3 {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(
          32_064, 3072, 8192, 32, 32, ConfigDefaults.DERIVED, ConfigDefaults.DERIVED, 4096, 1e-5);

  private static final WeightNames NAMES =
      Llama.NAMES.with(new PackedQkv("self_attn.qkv_proj")).withGateUp("mlp.gate_up_proj");

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(DEFAULTS, _ -> Biases.NONE, SlidingWindow.ofAllLayers(0));

  static final Backbone BACKBONE = new Backbone("Phi3ForCausalLM", "phi3", Phi3::read, NAMES);

  private Phi3() {}

  private static DecoderConfig read(ConfigTree config) {
    config
        .optionalChild("rope_scaling")
        .or(() -> config.optionalChild("rope_parameters"))
        .ifPresent(rules -> check(config, rules));
    return READER.read(config);
  }

  /** The class knows one rule, which in early files had another name. */
  private static void check(ConfigTree config, ConfigTree rules) {
    String type = rules.text("rope_type", rules.text("type", "default"));
    if (!List.of("default", "longrope", "su").contains(type)) {
      throw new UnsupportedFeatureException(
          rules.path()
              + ": the rotary scaling '"
              + type
              + "' is not supported with Phi-3; known are default, longrope");
    }
    String original = "original_max_position_embeddings";
    if (!type.equals("default") && !rules.has(original)) {
      config.positiveInt(original);
    }
  }
}
