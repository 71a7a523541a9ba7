package org.lmdeploy.model.qwenvl.vision;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.model.image.Pixels;
import org.lmdeploy.model.vision.TileBatches;

/**
 * What {@code visual} in config.json says about the vision tower.
 *
 * @param imageSize side of the images
 * @param patchSize side of a patch
 * @param width columns of the tower
 * @param layers layers of the tower
 * @param heads attention heads of the tower
 * @param intermediateSize columns of a feed-forward network
 * @param queries tokens that the resampler makes of an image, a square number
 * @param outputSize columns of the resampler and of the decoder's embeddings
 * @param imageStartId the token {@code <img>}; {@code </img>} and {@code <imgpad>} follow it
 */
public record VisionConfig(
    int imageSize,
    int patchSize,
    int width,
    int layers,
    int heads,
    int intermediateSize,
    int queries,
    int outputSize,
    int imageStartId) {
  /** Side of the grid that the published class has positions for, whatever the image's size. */
  static final int POSITION_GRID = 16;

  /** What the published class adds to the variance in all norms. */
  static final float EPSILON = 1e-6f;

  /** Columns of a head of the resampler, from which the number of its heads follows. */
  private static final int RESAMPLER_HEAD = 128;

  /** Above these a number is an error of the file, not a model. */
  private static final int LARGEST_IMAGE = 1 << 13;

  private static final int MOST_COLUMNS = 1 << 20;
  private static final int MOST_LAYERS = 1 << 12;
  private static final int MOST_PATCHES = 1 << 16;

  /**
   * Reads the object {@code visual}.
   *
   * @param textHidden columns of the decoder's embeddings
   * @throws org.lmdeploy.api.error.InvalidModelException if something is wrong with it
   */
  public static VisionConfig of(ConfigTree visual, int textHidden) {
    int width = size(visual, "width", visual.positiveInt("width"), MOST_COLUMNS);
    int heads = visual.positiveInt("heads");
    if (width % heads != 0) {
      throw visual.wrong("heads", heads, "a divisor of width " + width + " is needed");
    }
    int image = size(visual, "image_size", visual.positiveInt("image_size"), LARGEST_IMAGE);
    int patch = visual.positiveInt("patch_size");
    if (image % patch != 0) {
      throw visual.wrong("image_size", image, "a multiple of patch_size " + patch + " is needed");
    }
    size(visual, "image_size", (image / patch) * (image / patch), MOST_PATCHES);
    int startId = visual.integer("image_start_id", -1);
    if (startId < 0) {
      throw visual.wrong("image_start_id", startId, "the id of the token <img> is needed");
    }
    return new VisionConfig(
        image,
        patch,
        width,
        size(visual, "layers", visual.positiveInt("layers"), MOST_LAYERS),
        heads,
        intermediate(visual, width),
        queries(visual),
        outputSize(visual, textHidden),
        startId);
  }

  private static int size(ConfigTree visual, String key, int size, int most) {
    if (size > most) {
      throw visual.wrong(key, size, "at most " + most + " is believable");
    }
    return size;
  }

  private static int intermediate(ConfigTree visual, int width) {
    double ratio = visual.number("mlp_ratio");
    double columns = Math.floor(width * ratio);
    if (columns < 1 || columns > MOST_COLUMNS) {
      throw visual.wrong(
          "mlp_ratio",
          ratio,
          "1 to " + MOST_COLUMNS + " columns for a width of " + width + " are needed");
    }
    return (int) columns;
  }

  private static int queries(ConfigTree visual) {
    int queries = size(visual, "n_queries", visual.positiveInt("n_queries", 256), MOST_PATCHES);
    int side = (int) Math.sqrt(queries);
    if (side * side != queries) {
      throw visual.wrong("n_queries", queries, "a square number is needed");
    }
    return queries;
  }

  private static int outputSize(ConfigTree visual, int textHidden) {
    int size = visual.positiveInt("output_dim", 512);
    if (size != textHidden) {
      throw visual.wrong("output_dim", size, "the hidden_size " + textHidden + " is needed");
    }
    if (size < RESAMPLER_HEAD || size % (size / RESAMPLER_HEAD) != 0) {
      throw visual.wrong(
          "output_dim",
          size,
          "at least " + RESAMPLER_HEAD + ", and equal heads of about that size, are needed");
    }
    return size;
  }

  /** The token whose embedding an image's rows replace. */
  public int placeholderId() {
    return imageStartId + 2;
  }

  /** Side of an image's grid of patches. */
  int grid() {
    return imageSize / patchSize;
  }

  /** Rows of an image in the tower. */
  int patches() {
    return grid() * grid();
  }

  /** Side of the grid of the resampler's queries. */
  int queryGrid() {
    return (int) Math.sqrt(queries);
  }

  AttentionShape attention() {
    return AttentionShape.of(heads, heads, width / heads);
  }

  AttentionShape resamplerAttention() {
    int resamplerHeads = outputSize / RESAMPLER_HEAD;
    return AttentionShape.of(resamplerHeads, resamplerHeads, outputSize / resamplerHeads);
  }

  /** One sentence for {@code why}. */
  public String describe() {
    return "vision model ViT: "
        + layers
        + " layers, hidden size "
        + width
        + ", "
        + heads
        + " heads, resampler of "
        + queries
        + " queries over "
        + patches()
        + " patches";
  }

  /**
   * The most elements of activations that are alive at once for so many images, result included.
   */
  public long activationElements(long all) {
    long images = Math.min(all, TileBatches.MOST_TILES);
    long rows = images * patches();
    long pixels = images * Pixels.CHANNELS * imageSize * imageSize;
    // uploaded one by one, side by side, as patches; convolved and normed
    long embedding = 3 * pixels + 2 * rows * width;
    long layer = rows * Math.max(5L * width, (long) width + intermediateSize);
    long most = Math.max(embedding, Math.max(layer, Resampler.activationElements(this)));
    long queryRows = (long) queries * outputSize;
    // of the learned queries there are looked up, normed and projected ones before any image
    return (all + 1) * queryRows + Math.max(rows * width + most, 3 * queryRows);
  }
}
