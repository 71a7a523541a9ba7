package org.lmdeploy.model.llava.vision;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.model.vision.ActivationNames;

/**
 * An image encoder as its configuration and the choice of its layer describe it.
 *
 * @param kind what it is
 * @param hiddenSize columns
 * @param intermediateSize columns of a feed-forward network
 * @param layers layers that are run: those up to the selected one
 * @param heads attention heads
 * @param patchSize side of a patch
 * @param imageSize side of the images that it was made for
 * @param channels colours
 * @param activation of the feed-forward network
 * @param epsilon of the norms
 * @param keepsClassToken whether the class token's row is an image token too
 */
public record TowerConfig(
    TowerKind kind,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int patchSize,
    int imageSize,
    int channels,
    Activation activation,
    float epsilon,
    boolean keepsClassToken) {
  /** Above these a number is an error of the file, not a model. */
  private static final int MOST_PIXELS = 1 << 13;

  private static final int MOST_COLUMNS = 1 << 16;
  private static final int MOST_LAYERS = 1 << 10;

  /**
   * Which of an encoder's rows become image tokens.
   *
   * @param config where that is said
   * @param key the key of the layer, for messages
   * @param layer number of the hidden state: 0 is before the first layer, -1 after the last one
   * @param allRows whether the class token counts, not patches alone
   */
  public record Selection(ConfigTree config, String key, int layer, boolean allRows) {
    private int layers(int all) {
      int layers = layer < 0 ? all + 1 + layer : layer;
      if (layers < 0 || layers > all) {
        throw config.wrong(
            key,
            layer,
            "a number from "
                + -(all + 1)
                + " to "
                + all
                + " is needed, as the vision"
                + " tower has "
                + all
                + " layers");
      }
      return layers;
    }
  }

  /**
   * Reads a configuration; what it leaves out is as in transformers' class for its {@code
   * model_type}.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if something is wrong with it
   * @throws UnsupportedFeatureException if it is another kind of encoder
   */
  public static TowerConfig of(ConfigTree config, Selection selection) {
    TowerKind kind = kind(config);
    boolean clip = kind == TowerKind.CLIP;
    int hidden = size(config, "hidden_size", 768, MOST_COLUMNS);
    int heads = size(config, "num_attention_heads", 12, hidden);
    int image = size(config, "image_size", 224, MOST_PIXELS);
    int patch = size(config, "patch_size", clip ? 32 : 16, image);
    if (hidden % heads != 0) {
      throw config.wrong("num_attention_heads", heads, "a divisor of hidden_size is needed");
    }
    if (!clip && !selection.allRows()) {
      throw new UnsupportedFeatureException(
          config.path()
              + ": a tower without class token whose first row is left out is not supported; the"
              + " feature selection full is needed");
    }
    int channels = config.positiveInt("num_channels", 3);
    if (channels != 3) {
      throw config.wrong("num_channels", channels, "3 are needed, for red, green and blue");
    }
    return new TowerConfig(
        kind,
        hidden,
        size(config, "intermediate_size", 3072, MOST_COLUMNS),
        selection.layers(size(config, "num_hidden_layers", 12, MOST_LAYERS)),
        heads,
        patch,
        image,
        channels,
        ActivationNames.of(config, "hidden_act", clip ? "quick_gelu" : "gelu_pytorch_tanh"),
        (float) config.positiveNumber("layer_norm_eps", clip ? 1e-5 : 1e-6),
        selection.allRows());
  }

  private static TowerKind kind(ConfigTree config) {
    String type = config.text("model_type", "clip_vision_model");
    return switch (type) {
      case "clip_vision_model" -> TowerKind.CLIP;
      case "siglip_vision_model" -> TowerKind.SIGLIP;
      default ->
          throw new UnsupportedFeatureException(
              config.path()
                  + ": the vision tower "
                  + type
                  + " is not supported; known are clip_vision_model, siglip_vision_model");
    };
  }

  private static int size(ConfigTree config, String key, int fallback, int most) {
    int size = config.positiveInt(key, fallback);
    if (size > most) {
      throw config.wrong(key, size, "at most " + most + " is needed");
    }
    return size;
  }

  /** Side of an image's grid of patches. */
  public int grid() {
    return imageSize / patchSize;
  }

  /** Side of what is seen of an image: what is left of a last patch is not. */
  public int seenSize() {
    return grid() * patchSize;
  }

  /** Rows of an image in the encoder. */
  int rowsPerTile() {
    return kind.classTokens() + grid() * grid();
  }

  /** Rows of embeddings that an image becomes. */
  public int tokensPerTile() {
    return keepsClassToken ? rowsPerTile() : grid() * grid();
  }

  /** Whether the rows of the encoder are more than the image tokens. */
  boolean dropsClassToken() {
    return tokensPerTile() < rowsPerTile();
  }

  AttentionShape attention() {
    return AttentionShape.of(heads, heads, hiddenSize / heads);
  }

  /** One sentence for {@code why}. */
  public String describe() {
    return "vision model %s: %s layers that count, hidden size %s, %s heads, images of %s x %s in patches of %s"
        .formatted(kind.label(), layers, hiddenSize, heads, imageSize, imageSize, patchSize);
  }
}
