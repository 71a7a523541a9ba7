package org.example.olmo;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;

/**
 * What config.json says of a model.
 *
 * @param hidden elements of the residual stream
 * @param intermediate elements between the halves of the feed-forward network
 * @param layers number of layers
 * @param vocabulary rows of the embedding table
 * @param maxPositions the longest sequence that the model was made for
 * @param attention its heads
 * @param rotary how positions are encoded
 */
record OlmoConfig(
    int hidden,
    int intermediate,
    int layers,
    int vocabulary,
    int maxPositions,
    AttentionShape attention,
    RotarySpec rotary) {

  static OlmoConfig read(ConfigTree config) {
    refuse(config, "clip_qkv");
    refuse(config, "rope_scaling");
    if (config.flag("attention_bias", false)) {
      throw new UnsupportedFeatureException(config.path() + ": attention_bias is not supported");
    }
    String activation = config.text("hidden_act", "silu");
    if (!activation.equals("silu")) {
      throw config.wrong("hidden_act", activation, "silu is needed");
    }
    int hidden = config.positiveInt("hidden_size", 4096);
    int heads = config.positiveInt("num_attention_heads", 32);
    int kvHeads = config.positiveInt("num_key_value_heads", heads);
    if (hidden % heads != 0 || heads % kvHeads != 0) {
      throw config.wrong(
          "num_attention_heads",
          heads,
          "a divisor of hidden_size "
              + hidden
              + " and a multiple of num_key_value_heads "
              + kvHeads);
    }
    int headDim = hidden / heads;
    return new OlmoConfig(
        hidden,
        config.positiveInt("intermediate_size", 11_008),
        config.positiveInt("num_hidden_layers", 32),
        config.positiveInt("vocab_size", 50_304),
        config.positiveInt("max_position_embeddings", 2048),
        AttentionShape.of(heads, kvHeads, headDim),
        rotary(theta(config), headDim));
  }

  private static void refuse(ConfigTree config, String key) {
    if (config.has(key)) {
      throw new UnsupportedFeatureException(config.path() + ": " + key + " is not supported");
    }
  }

  /** Newer files have it in {@code rope_parameters}. */
  private static double theta(ConfigTree config) {
    ConfigTree rope = config.optionalChild("rope_parameters").orElse(config);
    String type = rope.text("rope_type", "default");
    if (!type.equals("default")) {
      throw new UnsupportedFeatureException(
          config.path() + ": the rope_type " + type + " is not supported");
    }
    return rope.positiveNumber("rope_theta", 10_000);
  }

  /** RoFormer: pair i turns by theta^(-2i / headDim) radians per position. */
  private static RotarySpec rotary(double theta, int headDim) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / headDim);
    }
    return new RotarySpec.Fixed(RotarySpec.Pairing.HALVES, frequencies, 1);
  }
}
