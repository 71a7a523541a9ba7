package org.lmdeploy.model.text.backbone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;
import org.lmdeploy.model.text.decoder.PackedQkv;
import org.lmdeploy.model.text.decoder.WeightNames;

/** Qwen's first version (Bai et al., arXiv 2309.16609): keys and names of its own, no groups. */
final class Qwen {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(
          151_936,
          4096,
          22_016,
          32,
          32,
          ConfigDefaults.DERIVED,
          ConfigDefaults.DERIVED,
          8192,
          1e-6);

  private static final WeightNames NAMES =
      new WeightNames(
          "transformer.wte.weight",
          "transformer.h.",
          "ln_1.weight",
          new PackedQkv("attn.c_attn"),
          Optional.empty(),
          "attn.c_proj",
          "ln_2.weight",
          // w2 is the gate
          List.of("mlp.w2", "mlp.w1"),
          "mlp.c_proj",
          "transformer.ln_f.weight",
          "lm_head");

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(
          DEFAULTS,
          config -> {
            boolean biased = !config.flag("no_bias", true);
            return new Biases(true, biased, biased);
          },
          SlidingWindow.NONE);

  static final Backbone BACKBONE = new Backbone("QWenLMHeadModel", "qwen", Qwen::read, NAMES);

  private Qwen() {}

  private static DecoderConfig read(ConfigTree config) {
    if (config.has("visual")) {
      throw unsupported(config, "visual (Qwen-VL's image encoder)");
    }
    if (config.flag("use_cache_quantization", false)) {
      throw unsupported(config, "use_cache_quantization");
    }
    Map<String, Object> values = new LinkedHashMap<>(config.values());
    // keys of later classes, which this one does not read
    List.of("num_key_value_heads", "hidden_act", "rope_scaling", "rope_parameters")
        .forEach(values::remove);
    // the size is that of gate and up together
    values.put(
        "intermediate_size",
        config.positiveInt("intermediate_size", DEFAULTS.intermediateSize()) / 2);
    values.put("max_position_embeddings", positions(config));
    values.put("rms_norm_eps", config.positiveNumber("layer_norm_epsilon", DEFAULTS.normEpsilon()));
    values.put("head_dim", config.positiveInt("kv_channels", 128));
    values.put("rope_theta", config.positiveNumber("rotary_emb_base", 10_000));
    values.put("partial_rotary_factor", config.positiveNumber("rotary_pct", 1));
    return READER.read(ConfigTree.of(config.path(), values));
  }

  /**
   * Beyond {@code seq_length} the class stretches the rotary embedding and scales queries by the
   * logarithm of the position; neither is supported, so that sequences end there.
   */
  private static int positions(ConfigTree config) {
    int most = config.positiveInt("max_position_embeddings", DEFAULTS.maxPositions());
    boolean plain = !config.flag("use_dynamic_ntk", true) && !config.flag("use_logn_attn", true);
    return plain ? most : Math.min(most, config.positiveInt("seq_length"));
  }

  private static UnsupportedFeatureException unsupported(ConfigTree config, String what) {
    return new UnsupportedFeatureException(
        config.path() + ": " + what + " is not supported with QWenLMHeadModel");
  }
}
