package org.lmdeploy.model.text.backbone;

import java.util.function.Function;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderConfig.Biases;
import org.lmdeploy.model.text.rotary.RotaryRules;

/**
 * Reads configurations with the keys that Llama brought into use and checks that they agree with
 * themselves.
 *
 * @param defaults what a missing number means
 * @param biases which layers have a bias
 * @param window how many positions attention sees
 */
record DecoderConfigReader(
    ConfigDefaults defaults, Function<ConfigTree, Biases> biases, SlidingWindow window) {
  /** Above these a number is an error of the file, not a model. */
  private static final int MOST_COLUMNS = 1 << 20;

  private static final int MOST_HEADS = 1 << 14;
  private static final int MOST_LAYERS = 1 << 12;
  private static final int MOST_VOCABULARY = 1 << 24;

  DecoderConfig read(ConfigTree config) {
    int hidden = size(config, "hidden_size", defaults.hiddenSize(), MOST_COLUMNS);
    int maxPositions = config.positiveInt("max_position_embeddings", defaults.maxPositions());
    int layers = size(config, "num_hidden_layers", defaults.layers(), MOST_LAYERS);
    AttentionShape attention = attention(config, hidden, window.of(config, layers));
    return new DecoderConfig(
        hidden,
        size(config, "intermediate_size", defaults.intermediateSize(), MOST_COLUMNS),
        layers,
        size(config, "vocab_size", defaults.vocabSize(), MOST_VOCABULARY),
        maxPositions,
        attention,
        RotaryRules.of(config, attention.headDim(), maxPositions),
        (float) config.positiveNumber("rms_norm_eps", defaults.normEpsilon()),
        HiddenActivation.of(config, "silu"),
        biases.apply(config),
        false,
        0);
  }

  private AttentionShape attention(ConfigTree config, int hidden, int positions) {
    int heads = size(config, "num_attention_heads", defaults.heads(), MOST_HEADS);
    int kvHeads = size(config, "num_key_value_heads", kvHeads(config, heads), MOST_HEADS);
    if (heads % kvHeads != 0) {
      throw config.wrong(
          "num_key_value_heads",
          kvHeads,
          "a divisor of num_attention_heads " + heads + " is needed");
    }
    boolean derived = !config.has("head_dim") && defaults.headDim() == ConfigDefaults.DERIVED;
    if (derived && hidden % heads != 0) {
      throw config.wrong(
          "hidden_size", hidden, "a multiple of num_attention_heads " + heads + " is needed");
    }
    int usual = derived ? hidden / heads : defaults.headDim();
    int headDim = size(config, "head_dim", usual, MOST_COLUMNS / heads);
    float scale = AttentionShape.of(heads, kvHeads, headDim).scale();
    return new AttentionShape(heads, kvHeads, headDim, scale, positions);
  }

  /** What it means that no number of key heads is given: null is as many as heads. */
  private int kvHeads(ConfigTree config, int heads) {
    boolean derived =
        defaults.kvHeads() == ConfigDefaults.DERIVED
            || config.keys().contains("num_key_value_heads");
    return derived ? heads : defaults.kvHeads();
  }

  private static int size(ConfigTree config, String key, int fallback, int most) {
    int size = config.positiveInt(key, fallback);
    if (size > most) {
      throw config.wrong(key, size, "at most " + most + " is believable");
    }
    return size;
  }
}
