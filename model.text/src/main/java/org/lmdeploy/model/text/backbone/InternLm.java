package org.lmdeploy.model.text.backbone;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;

/**
 * InternLM's first version: Llama with biases in attention and with the rotary embedding's rule
 * under a key {@code rotary}.
 */
final class InternLm {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(
          103_168,
          4096,
          11_008,
          32,
          32,
          ConfigDefaults.DERIVED,
          ConfigDefaults.DERIVED,
          2048,
          1e-6);

  /** Both versions have these numbers where a configuration is silent. */
  static final DecoderConfigReader READER =
      new DecoderConfigReader(DEFAULTS, InternLm::biases, SlidingWindow.NONE);

  static final Backbone BACKBONE =
      new Backbone("InternLMForCausalLM", "internlm", InternLm::read, Llama.NAMES);

  private InternLm() {}

  /** One flag, on where it is absent, for all of attention's projections. */
  private static Biases biases(ConfigTree config) {
    boolean attention = config.flag("bias", true);
    return new Biases(attention, attention, false);
  }

  private static DecoderConfig read(ConfigTree config) {
    Map<String, Object> values = new LinkedHashMap<>(config.values());
    // the class has as many key heads as heads and knows no other place for the rule
    values.remove("num_key_value_heads");
    values.remove("rope_parameters");
    values.put("rope_theta", 10_000);
    values.put("rope_scaling", dynamic(1));
    config.optionalChild("rotary").ifPresent(rotary -> values.putAll(rotary(rotary)));
    return READER.read(ConfigTree.of(config.path(), values));
  }

  /** The rule in the keys that later classes use. */
  private static Map<String, Object> rotary(ConfigTree rotary) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("rope_theta", rotary.positiveNumber("base", 10_000));
    keys.put(
        "rope_scaling",
        switch (rotary.text("type")) {
          case "origin" -> null;
          case "dynamic" -> dynamic(rotary.number("scaling_factor", 1));
          default ->
              throw new UnsupportedFeatureException(
                  rotary.path()
                      + ": the rotary scaling '"
                      + rotary.text("type")
                      + "' is not supported; known are origin, dynamic");
        });
    return keys;
  }

  private static Map<String, Object> dynamic(double factor) {
    return Map.of("type", "dynamic", "factor", factor);
  }
}
