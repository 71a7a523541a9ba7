package org.lmdeploy.model.qwenvl.vision;

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
 * Qwen-VL's vision tower (Bai et al., arXiv 2308.12966): images to as many embeddings in the
 * decoder's space as the resampler has queries.
 */
public final class QwenVit implements VisionModel {
  private static final String PREFIX = "transformer.visual.";

  private final VisionConfig config;
  private final PatchEmbedding embedding;
  private final List<QwenVitLayer> layers;
  private final Resampler resampler;

  private QwenVit(VisionConfig config, TowerWeights weights) {
    this.config = config;
    embedding = new PatchEmbedding(config, PREFIX, weights);
    layers =
        IntStream.range(0, config.layers())
            .mapToObj(
                i -> new QwenVitLayer(config, PREFIX + "transformer.resblocks." + i + ".", weights))
            .toList();
    resampler = new Resampler(config, PREFIX, weights);
  }

  /**
   * Loads the weights.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  public static QwenVit load(VisionConfig config, WeightSource weights, Device device) {
    return new QwenVit(config, new TowerWeights(weights, device));
  }

  @Override
  public Tensor encode(List<ProcessedImage> images, Ops ops) {
    TileBatches batches = new TileBatches(images);
    Tensor result = ops.empty((long) batches.tiles() * config.queries(), config.outputSize());
    try (Frame _ = ops.frame()) {
      Tensor queries = ops.empty(config.queries(), config.outputSize());
      try (Frame _ = ops.frame()) {
        ops.copyRows(queries, 0, resampler.queries(ops), 0, config.queries());
      }
      for (TileBatches.Batch batch : batches.all()) {
        try (Frame _ = ops.frame()) {
          encode(batch, queries, result, ops);
        }
      }
    }
    return result;
  }

  private void encode(TileBatches.Batch batch, Tensor queries, Tensor result, Ops ops) {
    int count = batch.tiles().size();
    int[] lengths = new int[count];
    Arrays.fill(lengths, config.patches());
    Tensor residual = ops.empty((long) count * config.patches(), config.width());
    try (Frame _ = ops.frame()) {
      embedding.apply(batch.upload(ops), residual, ops);
    }
    for (QwenVitLayer layer : layers) {
      layer.forward(residual, lengths, ops);
    }
    // image by image, as the resampler's rows are long and need no others to keep a device busy
    for (int image = 0; image < count; image++) {
      try (Frame _ = ops.frame()) {
        Tensor patches = residual.rows((long) image * config.patches(), config.patches());
        long row = (long) (batch.first() + image) * config.queries();
        ops.copyRows(result, row, resampler.apply(patches, queries, ops), 0, config.queries());
      }
    }
  }
}
