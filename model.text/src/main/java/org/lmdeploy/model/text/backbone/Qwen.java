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
import org.lmdeploy.model.text.rotary.QwenNtk;
import org.lmdeploy.model.text.rotary.RotaryEmbedding;

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
    values.put("rms_norm_eps", config.positiveNumber("layer_norm_epsilon", DEFAULTS.normEpsilon()));
    values.put("head_dim", config.positiveInt("kv_channels", 128));
    values.put("rope_theta", theta(config));
    values.put("partial_rotary_factor", config.positiveNumber("rotary_pct", 1));
    return stretched(config, READER.read(ConfigTree.of(config.path(), values)));
  }

  /**
   * What the class does beyond {@code seq_length}: stretch the rotary embedding and scale queries
   * by the logarithm of the position.
   */
  private static DecoderConfig stretched(ConfigTree config, DecoderConfig plain) {
    boolean dynamicNtk = config.flag("use_dynamic_ntk", true);
    boolean logN = config.flag("use_logn_attn", true);
    if (!dynamicNtk && !logN) {
      return plain;
    }
    int trained = config.positiveInt("seq_length");
    if (trained < 2) {
      throw config.wrong("seq_length", trained, "at least 2 is needed");
    }
    if (trained >= plain.maxPositions()) {
      return plain;
    }
    DecoderConfig scaled = logN ? plain.withLogN(trained) : plain;
    return dynamicNtk ? scaled.with(dynamicNtk(config, plain, trained)) : scaled;
  }

  private static RotaryEmbedding dynamicNtk(ConfigTree config, DecoderConfig plain, int trained) {
    int dim = plain.rotary().spec().rotaryDim();
    if (dim <= 2) {
      throw config.wrong("use_dynamic_ntk", true, "more than one rotated pair is needed");
    }
    return new RotaryEmbedding(
        new QwenNtk(theta(config), dim, trained),
        plain.rotary().description()
            + ", stretched for prompts of more than "
            + trained
            + " tokens");
  }

  private static double theta(ConfigTree config) {
    return config.positiveNumber("rotary_emb_base", 10_000);
  }

  private static UnsupportedFeatureException unsupported(ConfigTree config, String what) {
    return new UnsupportedFeatureException(
        config.path() + ": " + what + " is not supported with QWenLMHeadModel");
  }
}
