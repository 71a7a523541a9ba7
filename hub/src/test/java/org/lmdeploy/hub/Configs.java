package org.lmdeploy.hub;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;

/** Small configurations. */
public final class Configs {
  private Configs() {}

  /** A Llama of 64 hidden units. */
  public static ConfigTree llama(Map<String, Object> changes) {
    Map<String, Object> values =
        new HashMap<>(
            Map.of(
                "architectures", List.of("LlamaForCausalLM"),
                "hidden_size", 64,
                "intermediate_size", 96,
                "num_attention_heads", 4,
                "num_key_value_heads", 2,
                "num_hidden_layers", 1,
                "vocab_size", 100));
    values.putAll(changes);
    return ConfigTree.of("config.json", values);
  }
}
