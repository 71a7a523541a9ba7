package org.lmdeploy.model.qwen2vl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;

/**
 * The decoder's part of {@code config.json} as a Qwen2 configuration: the file itself in published
 * checkpoints, its {@code text_config} where a newer transformers wrote it.
 */
final class Qwen2VlTextConfig {
  private static final String SECTION = "mrope_section";

  /** What a missing key means: the defaults of the published class. */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "vocab_size", 152_064,
          "hidden_size", 8192,
          "intermediate_size", 29_568,
          "num_hidden_layers", 80,
          "num_attention_heads", 64,
          "num_key_value_heads", 8,
          "max_position_embeddings", 32_768,
          "rms_norm_eps", 1e-5,
          "max_window_layers", 80,
          "rope_theta", 1e6);

  private Qwen2VlTextConfig() {}

  static ConfigTree of(ConfigTree config) {
    ConfigTree text = config.optionalChild("text_config").orElse(config);
    Map<String, Object> values = new LinkedHashMap<>(DEFAULTS);
    values.putAll(text.values());
    values.put("architectures", List.of("Qwen2ForCausalLM"));
    String rules = text.has("rope_scaling") ? "rope_scaling" : "rope_parameters";
    values.put(rules, withSections(text, rules));
    return ConfigTree.of(text.path(), values);
  }

  private static Map<String, Object> withSections(ConfigTree text, String key) {
    Map<String, Object> rules = new LinkedHashMap<>();
    text.optionalChild(key).ifPresent(given -> rules.putAll(given.values()));
    if (rules.get(SECTION) == null) {
      rules.put(SECTION, List.of(16, 24, 24));
    }
    return rules;
  }
}
