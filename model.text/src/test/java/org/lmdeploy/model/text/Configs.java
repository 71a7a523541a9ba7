package org.lmdeploy.model.text;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmdeploy.api.config.ConfigTree;

/** Configurations to test with. */
final class Configs {
  private Configs() {}

  /** A small Llama with some keys changed; null removes a key. */
  static ConfigTree llama(Map<String, ?> changes) {
    Map<String, Object> config = new TreeMap<>();
    config.put("architectures", List.of("LlamaForCausalLM"));
    config.put("hidden_size", 64);
    config.put("intermediate_size", 128);
    config.put("num_hidden_layers", 2);
    config.put("num_attention_heads", 4);
    config.put("num_key_value_heads", 2);
    config.put("vocab_size", 100);
    config.put("max_position_embeddings", 512);
    config.put("rms_norm_eps", 1e-5);
    config.putAll(changes);
    return ConfigTree.of("config.json", config);
  }

  /** The same with a single key changed. */
  static ConfigTree llama(String key, Object value) {
    Map<String, Object> change = new TreeMap<>();
    change.put(key, value);
    return llama(change);
  }
}
