package org.lmdeploy.model.llava.vision;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.model.VisionModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.vision.TileBatches;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * LLaVA's vision model (Liu et al., arXiv 2304.08485): tiles through CLIP's or SigLIP's image
 * encoder up to the selected layer, then the projector; tiles of one image put together as its
 * {@link TokenGrid} says.
 */
public final class VisionTower implements VisionModel {
  private static final String TOWER = "vision_tower.";
  private static final String NEWLINE = "image_newline";

  private final TowerConfig config;
  private final int textHidden;
  private final PatchEmbedding embedding;
  private final List<EncoderLayer> layers;
  private final Projector projector;
  private final Optional<Tensor> newline;

  private VisionTower(
      TowerConfig config, ProjectorConfig projection, boolean newlines, TowerWeights weights) {
    this.config = config;
    textHidden = projection.textHidden();
    embedding = new PatchEmbedding(config, TOWER, weights);
    layers =
        IntStream.range(0, config.layers())
            .mapToObj(i -> new EncoderLayer(config, TOWER + "encoder.layers." + i + ".", weights))
            .toList();
    projector = new Projector(projection, config.hiddenSize(), weights);
    newline =
        newlines
            ? Optional.of(weights.vector(NEWLINE, textHidden).reshape(1, textHidden))
            : Optional.empty();
  }

  /**
   * Loads the weights, which are called as llava-hf's checkpoints call them.
   *
   * @param newlines whether images may have newlines
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  public static VisionTower load(
      TowerConfig config,
      ProjectorConfig projector,
      boolean newlines,
      WeightSource weights,
      Device device) {
    return new VisionTower(config, projector, newlines, new TowerWeights(weights, device));
  }

  @Override
  public Tensor encode(List<ProcessedImage> images, Ops ops) {
    TileBatches batches = new TileBatches(images);
    int tokens = config.tokensPerTile();
    int all = batches.tiles() * tokens;
    Tensor result = ops.empty(newline.isPresent() ? all + 1L : all, textHidden);
    for (TileBatches.Batch batch : batches.all()) {
      try (Frame _ = ops.frame()) {
        Tensor embeddings = encode(batch, ops);
        long rows = (long) batch.tiles().size() * tokens;
        ops.copyRows(result, (long) batch.first() * tokens, embeddings, 0, rows);
      }
    }
    if (images.stream().allMatch(image -> image.layout().isEmpty())) {
      return result.rows(0, all);
    }
    newline.ifPresent(
        weight -> ops.copyRows(result, all, ops.embedding(weight, new int[] {0}), 0, 1));
    return ops.gatherRows(result, order(images, all));
  }

  private Tensor encode(TileBatches.Batch batch, Ops ops) {
    int count = batch.tiles().size();
    int[] lengths = new int[count];
    Arrays.fill(lengths, config.rowsPerTile());
    Tensor residual = ops.empty((long) count * config.rowsPerTile(), config.hiddenSize());
    try (Frame _ = ops.frame()) {
      embedding.apply(batch.upload(ops), residual, ops);
    }
    for (EncoderLayer layer : layers) {
      layer.forward(residual, lengths, ops);
    }
    return projector.apply(selected(residual, count, ops), ops);
  }

  /** The rows that become image tokens. */
  private Tensor selected(Tensor rows, int tiles, Ops ops) {
    if (!config.dropsClassToken()) {
      return rows;
    }
    int perTile = config.rowsPerTile();
    int patches = config.tokensPerTile();
    Tensor kept = ops.empty((long) tiles * patches, config.hiddenSize());
    for (long tile = 0; tile < tiles; tile++) {
      ops.copyRows(kept, tile * patches, rows, tile * perTile + perTile - patches, patches);
    }
    return kept;
  }

  /** Rows of tiles, one after the other, in the order of images' tokens. */
  private int[] order(List<ProcessedImage> images, int newlineRow) {
    int[] order = new int[images.stream().mapToInt(ProcessedImage::tokens).sum()];
    int first = 0;
    int at = 0;
    for (ProcessedImage image : images) {
      int rows = Math.toIntExact(image.pixels().shape().dim(0)) * config.tokensPerTile();
      if (image.layout().isEmpty()) {
        for (int i = 0; i < rows; i++) {
          order[at + i] = first + i;
        }
      } else {
        TokenGrid.of(image.layout()).order(first, newlineRow, order, at);
      }
      first += rows;
      at += image.tokens();
    }
    return order;
  }
}
