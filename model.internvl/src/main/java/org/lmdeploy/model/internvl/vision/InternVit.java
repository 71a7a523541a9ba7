package org.lmdeploy.model.internvl.vision;

import java.util.Arrays;
import java.util.List;
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
 * InternViT (Chen et al., InternVL, 2023) with pixel shuffle and projector: tiles to embeddings in
 * the decoder's space.
 */
public final class InternVit implements VisionModel {
  private final VisionConfig config;
  private final int textHidden;
  private final PatchEmbedding embedding;
  private final List<InternVitLayer> layers;
  private final Projector projector;

  private InternVit(VisionConfig config, int textHidden, TowerWeights weights) {
    this.config = config;
    this.textHidden = textHidden;
    embedding = new PatchEmbedding(config, weights);
    layers =
        IntStream.range(0, config.layers())
            .mapToObj(
                i -> new InternVitLayer(config, "vision_model.encoder.layers." + i + ".", weights))
            .toList();
    projector = new Projector(config, textHidden, weights);
  }

  /**
   * Loads the weights.
   *
   * @param textHidden columns of the decoder's embeddings
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  public static InternVit load(
      VisionConfig config, int textHidden, WeightSource weights, Device device) {
    return new InternVit(config, textHidden, new TowerWeights(weights, device));
  }

  @Override
  public Tensor encode(List<ProcessedImage> images, Ops ops) {
    TileBatches batches = new TileBatches(images);
    int tokens = config.tokensPerTile();
    Tensor result = ops.empty((long) batches.tiles() * tokens, textHidden);
    for (TileBatches.Batch batch : batches.all()) {
      try (Frame _ = ops.frame()) {
        Tensor embeddings = encode(batch, ops);
        long rows = (long) batch.tiles().size() * tokens;
        ops.copyRows(result, (long) batch.first() * tokens, embeddings, 0, rows);
      }
    }
    return result;
  }

  private Tensor encode(TileBatches.Batch batch, Ops ops) {
    int count = batch.tiles().size();
    int[] lengths = new int[count];
    Arrays.fill(lengths, config.rowsPerTile());
    Tensor residual = ops.empty((long) count * config.rowsPerTile(), config.hiddenSize());
    try (Frame _ = ops.frame()) {
      embedding.apply(batch.upload(ops), residual, ops);
    }
    for (InternVitLayer layer : layers) {
      layer.forward(residual, lengths, ops);
    }
    Tensor shuffled =
        ops.pixelShuffle(
            patches(residual, count, ops),
            config.grid(),
            config.grid(),
            config.downsample(),
            config.shuffleVersion());
    return projector.apply(shuffled, ops);
  }

  /** The rows without the class tokens. */
  private Tensor patches(Tensor rows, int tiles, Ops ops) {
    int perTile = config.rowsPerTile();
    int patches = perTile - VisionConfig.CLASS_TOKEN;
    Tensor kept = ops.empty((long) tiles * patches, config.hiddenSize());
    for (long tile = 0; tile < tiles; tile++) {
      ops.copyRows(kept, tile * patches, rows, tile * perTile + VisionConfig.CLASS_TOKEN, patches);
    }
    return kept;
  }
}
