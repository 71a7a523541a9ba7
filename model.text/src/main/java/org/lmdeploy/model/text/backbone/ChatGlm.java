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

/** GLM-4 as it was first published, with the keys and names of ChatGLM's class. */
final class ChatGlm {
  private static final ConfigDefaults DEFAULTS =
      new ConfigDefaults(65_024, 4096, 13_696, 28, 32, ConfigDefaults.DERIVED, 128, 2048, 1e-5);

  /** Of ChatGLM2 and 3, of which some files mean other positions by {@code rope_ratio}. */
  private static final int EARLIER_VOCABULARY = 65_024;

  private static final WeightNames NAMES =
      new WeightNames(
          "transformer.embedding.word_embeddings.weight",
          "transformer.encoder.layers.",
          "input_layernorm.weight",
          new PackedQkv("self_attention.query_key_value"),
          Optional.empty(),
          "self_attention.dense",
          "post_attention_layernorm.weight",
          List.of("mlp.dense_h_to_4h"),
          "mlp.dense_4h_to_h",
          "transformer.encoder.final_layernorm.weight",
          "transformer.output_layer");

  private static final DecoderConfigReader READER =
      new DecoderConfigReader(
          DEFAULTS,
          config -> {
            boolean all = config.flag("add_bias_linear", false);
            return new Biases(all || config.flag("add_qkv_bias", false), all, all);
          },
          SlidingWindow.NONE);

  static final Backbone BACKBONE = new Backbone("ChatGLMModel", "chatglm", ChatGlm::read, NAMES);

  private ChatGlm() {}

  private static DecoderConfig read(ConfigTree config) {
    refuse(config, "vision_config", config.has("vision_config"));
    refuse(config, "pre_seq_len", config.has("pre_seq_len"));
    refuse(config, "quantization_bit", config.nonNegativeInt("quantization_bit", 0) > 0);
    refuse(config, "rmsnorm false", !config.flag("rmsnorm", true));
    refuse(config, "post_layer_norm false", !config.flag("post_layer_norm", true));
    String residual = "apply_residual_connection_post_layernorm";
    refuse(config, residual, config.flag(residual, false));
    int vocabulary = config.positiveInt("padded_vocab_size", DEFAULTS.vocabSize());
    double ratio = config.positiveNumber("rope_ratio", 1);
    refuse(config, "rope_ratio of ChatGLM2 or 3", ratio != 1 && vocabulary == EARLIER_VOCABULARY);
    Map<String, Object> values = new LinkedHashMap<>(config.values());
    // keys of later classes, which this one does not read
    List.of("hidden_act", "rope_scaling", "rope_parameters").forEach(values::remove);
    values.put("vocab_size", vocabulary);
    values.put(
        "intermediate_size", config.positiveInt("ffn_hidden_size", DEFAULTS.intermediateSize()));
    values.put("num_hidden_layers", config.positiveInt("num_layers", DEFAULTS.layers()));
    values.put(
        "num_key_value_heads",
        config.flag("multi_query_attention", false)
            ? config.positiveInt("multi_query_group_num", 1)
            : null);
    values.put("head_dim", config.positiveInt("kv_channels", DEFAULTS.headDim()));
    values.put(
        "max_position_embeddings", config.positiveInt("seq_length", DEFAULTS.maxPositions()));
    values.put("rms_norm_eps", config.positiveNumber("layernorm_epsilon", DEFAULTS.normEpsilon()));
    values.put("rope_theta", 10_000 * ratio);
    values.put("partial_rotary_factor", 0.5);
    DecoderConfig read = READER.read(ConfigTree.of(config.path(), values));
    return read.with(read.rotary().interleaved());
  }

  private static void refuse(ConfigTree config, String what, boolean present) {
    if (present) {
      throw new UnsupportedFeatureException(
          config.path() + ": " + what + " is not supported with ChatGLMModel");
    }
  }
}
