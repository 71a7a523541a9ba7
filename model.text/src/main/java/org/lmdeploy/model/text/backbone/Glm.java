package org.lmdeploy.model.text.backbone;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;

/** GLM-4 (arXiv 2406.12793) in transformers' own class: neighbours in a half of a head rotate. */
final class Glm {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(151_552, 4096, 13_696, 40, 32, 2, 128, 131_072, 1.5625e-7);

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(
          DEFAULTS,
          config -> new Biases(config.flag("attention_bias", true), false, false),
          SlidingWindow.NONE);

  static final Backbone BACKBONE =
      new Backbone("GlmForCausalLM", "glm", Glm::read, Llama.NAMES.withGateUp("mlp.gate_up_proj"));

  private Glm() {}

  private static DecoderConfig read(ConfigTree config) {
    Map<String, Object> values = new LinkedHashMap<>(config.values());
    values.put("partial_rotary_factor", config.positiveNumber("partial_rotary_factor", 0.5));
    DecoderConfig read = READER.read(ConfigTree.of(config.path(), values));
    return read.with(read.rotary().interleaved());
  }
}
