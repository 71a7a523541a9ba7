package org.lmdeploy.model.internvl.vision;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.model.vision.ActivationNames;
import org.lmdeploy.model.vision.TileBatches;

/**
 * What config.json says about the vision tower and its projector.
 *
 * @param hiddenSize columns of the tower
 * @param intermediateSize columns of a feed-forward network
 * @param layers layers that are run: the checkpoint's own number up to {@code select_layer}
 * @param heads attention heads
 * @param patchSize side of a patch
 * @param imageSize side of the images that the position embeddings were made for
 * @param tileSize side of the tiles that the tower is given
 * @param channels colours
 * @param rmsNorm RMS norm in place of layer norm
 * @param qkNorm whether queries and keys are normalized over all heads (InternViT-6B)
 * @param qkvBias whether the QKV projection has a bias
 * @param activation of the feed-forward network
 * @param epsilon of the norms
 * @param downsample factor of the pixel shuffle: 2 for a {@code downsample_ratio} of 0.5
 * @param shuffleVersion {@code ps_version}: 1 or 2
 */
public record VisionConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int patchSize,
    int imageSize,
    int tileSize,
    int channels,
    boolean rmsNorm,
    boolean qkNorm,
    boolean qkvBias,
    Activation activation,
    float epsilon,
    int downsample,
    int shuffleVersion) {
  /** The one row before the patches. */
  static final int CLASS_TOKEN = 1;

  /**
   * Reads {@code config.json} of an InternVLChatModel. What it leaves out is as in InternViT-6B,
   * the defaults of the published class.
   *
   * @param tileSize side of the tiles
   * @throws org.lmdeploy.api.error.InvalidModelException if something is wrong with it
   */
  public static VisionConfig of(ConfigTree config, int tileSize) {
    ConfigTree vision = config.child("vision_config");
    int hidden = vision.positiveInt("hidden_size", 3200);
    int heads = vision.positiveInt("num_attention_heads", 25);
    int patch = vision.positiveInt("patch_size", 14);
    int downsample = downsample(config);
    if (hidden % heads != 0) {
      throw vision.wrong("num_attention_heads", heads, "a divisor of hidden_size is needed");
    }
    if (tileSize % (patch * downsample) != 0) {
      throw config.wrong(
          "force_image_size",
          tileSize,
          "a multiple of patch_size / downsample_ratio, which is "
              + patch * downsample
              + ", is needed");
    }
    return new VisionConfig(
        hidden,
        vision.positiveInt("intermediate_size", 12_800),
        layers(config, vision.positiveInt("num_hidden_layers", 48)),
        heads,
        patch,
        vision.positiveInt("image_size", 224),
        tileSize,
        vision.positiveInt("num_channels", 3),
        rmsNorm(vision),
        vision.flag("qk_normalization", true),
        vision.flag("qkv_bias", false),
        ActivationNames.of(vision, "hidden_act", "gelu"),
        (float) vision.positiveNumber("layer_norm_eps", 1e-6),
        downsample,
        shuffleVersion(config));
  }

  private static int downsample(ConfigTree config) {
    double ratio = config.positiveNumber("downsample_ratio", 0.5);
    int factor = (int) Math.rint(1 / ratio);
    if (factor < 1 || Math.abs(ratio * factor - 1) > 1e-6) {
      throw config.wrong("downsample_ratio", ratio, "1 divided by a whole number is needed");
    }
    return factor;
  }

  /** {@code select_layer} counts hidden states: -1 is after the last layer, -2 one before. */
  private static int layers(ConfigTree config, int all) {
    int selected = config.integer("select_layer", -1);
    int layers = selected < 0 ? all + 1 + selected : selected;
    if (layers < 1 || layers > all) {
      throw config.wrong("select_layer", selected, "a layer of the " + all + " is needed");
    }
    return layers;
  }

  private static boolean rmsNorm(ConfigTree vision) {
    String type = vision.text("norm_type", "rms_norm");
    return switch (type) {
      case "rms_norm" -> true;
      case "layer_norm" -> false;
      default -> throw vision.wrong("norm_type", type, "rms_norm or layer_norm is needed");
    };
  }

  private static int shuffleVersion(ConfigTree config) {
    String version = config.text("ps_version", "v1");
    return switch (version) {
      case "v1" -> 1;
      case "v2" -> 2;
      default -> throw config.wrong("ps_version", version, "v1 or v2 is needed");
    };
  }

  /** Side of a tile's grid of patches. */
  int grid() {
    return tileSize / patchSize;
  }

  /** Side of the grid of patches that the position embeddings were made for. */
  int positionGrid() {
    return imageSize / patchSize;
  }

  /** Rows of a tile in the tower: the class token and all patches. */
  int rowsPerTile() {
    return CLASS_TOKEN + grid() * grid();
  }

  /** Rows of embeddings that a tile becomes. */
  public int tokensPerTile() {
    int side = grid() / downsample;
    return side * side;
  }

  /** Columns after the pixel shuffle. */
  int shuffledColumns() {
    return hiddenSize * downsample * downsample;
  }

  AttentionShape attention() {
    return AttentionShape.of(heads, heads, hiddenSize / heads);
  }

  /** One sentence for {@code why}. */
  public String describe() {
    return "vision model InternViT: "
        + layers
        + " layers, hidden size "
        + hiddenSize
        + ", "
        + heads
        + " heads"
        + (qkNorm ? ", normalized queries and keys" : "")
        + ", pixel shuffle v"
        + shuffleVersion
        + " by "
        + downsample;
  }

  /**
   * The most elements of activations that are alive at once for so many tiles, embeddings included.
   */
  public long activationElements(long all, int textHidden) {
    long tiles = Math.min(all, TileBatches.MOST_TILES);
    long rows = tiles * rowsPerTile();
    long pixels = tiles * channels * tileSize * tileSize;
    // uploaded one by one, side by side, as patches, convolved
    long embedding = 3 * pixels + rows * hiddenSize;
    long layer = rows * Math.max(5L * hiddenSize, (long) hiddenSize + intermediateSize);
    long projector = tiles * tokensPerTile() * (3L * shuffledColumns() + 2L * textHidden);
    long result = all * tokensPerTile() * textHidden;
    return result + rows * hiddenSize + Math.max(embedding, Math.max(layer, projector));
  }
}
