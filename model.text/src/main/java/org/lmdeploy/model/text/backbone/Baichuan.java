package org.lmdeploy.model.text.backbone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;
import org.lmdeploy.model.text.decoder.PackedQkv;
import org.lmdeploy.model.text.decoder.WeightNames;

/**
 * Baichuan 7B and Baichuan 2 7B (Yang et al., arXiv 2309.10305): Llama without groups, with one
 * projection to queries, keys and values; the second version's output head has rows of length 1.
 */
final class Baichuan {
  private static final String POSITIONS = "max_position_embeddings";

  private static final WeightNames NAMES = Llama.NAMES.with(new PackedQkv("self_attn.W_pack"));

  /** The first version, whose class is written with a large C. */
  static final Backbone FIRST =
      new Backbone(
          "BaiChuanForCausalLM", "baichuan", config -> read(config, reader(64_000)), NAMES);

  static final Backbone SECOND =
      new Backbone(
          "BaichuanForCausalLM",
          "baichuan",
          config -> read(config, reader(125_696)).withUnitHead(),
          NAMES);

  private Baichuan() {}

  private static DecoderConfigReader reader(int vocabSize) {
    ConfigDefaults defaults =
        new ConfigDefaults(
            vocabSize,
            4096,
            11_008,
            32,
            32,
            ConfigDefaults.DERIVED,
            ConfigDefaults.DERIVED,
            4096,
            1e-6);
    return new DecoderConfigReader(defaults, _ -> Biases.NONE, SlidingWindow.NONE);
  }

  private static DecoderConfig read(ConfigTree config, DecoderConfigReader reader) {
    if (!config.has(POSITIONS)) {
      throw new UnsupportedFeatureException(
          config.path()
              + ": "
              + POSITIONS
              + " is missing, as with Baichuan 13B, whose positions are ALiBi's; supported are the"
              + " rotary ones of the 7B models");
    }
    Map<String, Object> values = new LinkedHashMap<>(config.values());
    // keys of later classes, which these do not read
    List.of("num_key_value_heads", "head_dim", "rope_theta", "rope_scaling", "rope_parameters")
        .forEach(values::remove);
    return reader.read(ConfigTree.of(config.path(), values));
  }
}
