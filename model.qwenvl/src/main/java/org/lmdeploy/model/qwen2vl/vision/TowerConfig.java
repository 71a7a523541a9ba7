package org.lmdeploy.model.qwen2vl.vision;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;

/**
 * What {@code vision_config} says about the tower.
 *
 * @param gated Qwen2.5-VL's kind: RMS norms, a gated feed-forward network, windows; else
 *     Qwen2-VL's: layer norms, a plain network
 * @param hiddenSize columns of the tower
 * @param intermediateSize columns of a feed-forward network
 * @param layers number of layers
 * @param heads attention heads
 * @param channels colours
 * @param patchSize side of a patch in pixels
 * @param temporalPatchSize pictures of a patch in time
 * @param mergeSize patches of a token's side
 * @param activation of the feed-forward network
 * @param outSize columns of the embeddings: the decoder's
 * @param window side of an attention window in tokens; 0 if all layers see whole images
 * @param fullLayers with windows, the layers that see whole images
 */
public record TowerConfig(
    boolean gated,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int channels,
    int patchSize,
    int temporalPatchSize,
    int mergeSize,
    Activation activation,
    int outSize,
    int window,
    Set<Integer> fullLayers) {
  /** Of all norms; the configurations do not name it. */
  static final float EPSILON = 1e-6f;

  /** Above these a number is an error of the file, not a tower. */
  private static final int MOST_COLUMNS = 1 << 16;

  private static final int MOST_LAYERS = 1 << 10;
  private static final int MOST_SIDE = 1 << 8;

  /**
   * Reads a configuration. What it leaves out is as in the published classes.
   *
   * @param architecture the class of the model
   * @param textHidden columns of the decoder
   * @throws org.lmdeploy.api.error.InvalidModelException if something is wrong with it
   */
  public static TowerConfig of(String architecture, ConfigTree vision, int textHidden) {
    boolean gated = architecture.equals("Qwen2_5_VLForConditionalGeneration");
    String columns = gated ? "hidden_size" : "embed_dim";
    int hidden = size(vision, columns, gated ? 3584 : 1280, MOST_COLUMNS);
    int heads = size(vision, "num_heads", 16, hidden);
    if (hidden % (4L * heads) != 0) {
      throw vision.wrong(
          columns, hidden, "a multiple of 4 times num_heads, which is " + heads + ", is needed");
    }
    String outKey = gated ? "out_hidden_size" : "hidden_size";
    int out = vision.positiveInt(outKey, 3584);
    if (out != textHidden) {
      throw vision.wrong(outKey, out, "the decoder's hidden_size is " + textHidden);
    }
    int channels = vision.positiveInt("in_channels", vision.positiveInt("in_chans", 3));
    if (channels != 3) {
      throw vision.wrong("in_channels", channels, "3 (red, green, blue) are needed");
    }
    int layers = size(vision, "depth", 32, MOST_LAYERS);
    int patch = size(vision, "patch_size", 14, MOST_SIDE);
    int merge = size(vision, "spatial_merge_size", 2, MOST_SIDE);
    return new TowerConfig(
        gated,
        hidden,
        gated
            ? size(vision, "intermediate_size", 3420, MOST_COLUMNS)
            : hidden * size(vision, "mlp_ratio", 4, MOST_SIDE),
        layers,
        heads,
        channels,
        patch,
        size(vision, "temporal_patch_size", 2, MOST_SIDE),
        merge,
        activation(vision, gated ? "silu" : "quick_gelu"),
        out,
        gated ? window(vision, patch * merge) : 0,
        gated ? fullLayers(vision, layers) : Set.of());
  }

  private static int size(ConfigTree vision, String key, int fallback, int most) {
    int size = vision.positiveInt(key, fallback);
    if (size > most) {
      throw vision.wrong(key, size, "at most " + most + " is believable");
    }
    return size;
  }

  private static int window(ConfigTree vision, int token) {
    int pixels = vision.positiveInt("window_size", 112);
    if (pixels < token) {
      throw vision.wrong(
          "window_size", pixels, "at least a token's " + token + " pixels are needed");
    }
    return pixels / token;
  }

  private static Set<Integer> fullLayers(ConfigTree vision, int layers) {
    String key = "fullatt_block_indexes";
    List<Integer> indices = vision.has(key) ? vision.integers(key) : List.of(7, 15, 23, 31);
    for (int index : indices) {
      if (index < 0 || vision.has(key) && index >= layers) {
        throw vision.wrong(key, indices, "numbers of the " + layers + " layers are needed");
      }
    }
    return Set.copyOf(indices);
  }

  private static Activation activation(ConfigTree vision, String usual) {
    String name = vision.text("hidden_act", usual);
    return switch (name) {
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "silu" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU_TANH;
      default ->
          throw new UnsupportedFeatureException(
              vision.path() + ": the activation " + name + " is not known");
    };
  }

  /** Numbers of a patch. */
  int patchColumns() {
    return channels * temporalPatchSize * patchSize * patchSize;
  }

  /** Patches of a token. */
  int mergeUnit() {
    return mergeSize * mergeSize;
  }

  AttentionShape attention() {
    return AttentionShape.of(heads, heads, hiddenSize / heads);
  }

  /** Whether a layer sees whole images, not windows of them. */
  boolean seesAll(int layer) {
    return window == 0 || fullLayers.contains(layer);
  }

  /** One sentence for {@code why}. */
  public String describe() {
    return "vision model: "
        + layers
        + " layers, hidden size "
        + hiddenSize
        + ", "
        + heads
        + " heads, patches of "
        + patchSize
        + " x "
        + patchSize
        + " pixels, "
        + mergeSize
        + " x "
        + mergeSize
        + " of them merged"
        + (window == 0
            ? ""
            : ", windows of "
                + window
                + " x "
                + window
                + " tokens but in the layers "
                + new TreeSet<>(fullLayers));
  }

  /**
   * The most elements of activations that are alive at once, embeddings included.
   *
   * @param images how many
   * @param mostPatches patches of the largest image
   */
  public long activationElements(int images, int mostPatches) {
    long rows = mostPatches;
    long tokens = rows / mergeUnit();
    // patches beside those of an image that are uploaded, or beside rows in two orders
    long embedding = rows * (patchColumns() + Math.max(patchColumns(), 2L * hiddenSize));
    long attention = 5L * rows * hiddenSize;
    long feedForward = rows * (hiddenSize + (gated ? 3L : 1L) * intermediateSize);
    long merger = 2L * rows * hiddenSize + 2L * tokens * outSize;
    long angles = 2L * rows * hiddenSize / heads; // float32, which may be twice as wide
    long layers = Math.max(embedding, Math.max(attention, Math.max(feedForward, merger)));
    return images * tokens * outSize + rows * hiddenSize + angles + layers;
  }
}
