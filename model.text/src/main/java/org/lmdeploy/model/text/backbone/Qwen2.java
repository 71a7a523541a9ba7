package org.lmdeploy.model.text.backbone;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;

/** Qwen1.5, 2 and 2.5 (arXiv 2407.10671): queries, keys and values have biases. */
final class Qwen2 {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(151_936, 4096, 22_016, 32, 32, 32, ConfigDefaults.DERIVED, 32_768, 1e-6);

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(
          DEFAULTS, _ -> new Biases(true, false, false), SlidingWindow.OF_UPPER_LAYERS);

  static final Backbone BACKBONE =
      new Backbone("Qwen2ForCausalLM", "qwen2", Qwen2::read, Llama.NAMES);

  private Qwen2() {}

  private static DecoderConfig read(ConfigTree config) {
    boolean sections =
        config
            .optionalChild("rope_scaling")
            .or(() -> config.optionalChild("rope_parameters"))
            .filter(rules -> rules.has("mrope_section"))
            .isPresent();
    if (config.flag("use_mrope", false) && !sections) {
      throw new UnsupportedFeatureException(
          config.path() + ": use_mrope without rope_scaling.mrope_section is not supported");
    }
    return READER.read(config);
  }
}
