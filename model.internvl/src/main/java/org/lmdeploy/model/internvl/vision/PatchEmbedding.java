package org.lmdeploy.model.internvl.vision;

import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.model.vision.PositionGrid;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * From tiles to the tower's first rows: a class token, then a convolution over patches, with
 * absolute positions added.
 */
final class PatchEmbedding {
  private static final String PREFIX = "vision_model.embeddings.";

  private final VisionConfig config;
  private final LinearWeight convolution;
  private final Tensor classEmbedding;
  private final Tensor positions;

  PatchEmbedding(VisionConfig config, TowerWeights weights) {
    this.config = config;
    int hidden = config.hiddenSize();
    int patch = config.patchSize();
    HostTensor kernel =
        weights
            .source()
            .tensor(PREFIX + "patch_embedding.weight", hidden, config.channels(), patch, patch);
    DenseRows rows =
        new DenseRows(kernel.reshape(hidden, (long) config.channels() * patch * patch));
    convolution =
        weights
            .device()
            .linear(
                new LinearSpec(
                    List.of(rows),
                    List.of(weights.source().tensor(PREFIX + "patch_embedding.bias", hidden))));
    classEmbedding =
        weights
            .device()
            .weight(weights.source().tensor(PREFIX + "class_embedding", 1, 1, hidden))
            .reshape(1, hidden);
    int positionRows = VisionConfig.CLASS_TOKEN + config.positionGrid() * config.positionGrid();
    HostTensor trained =
        weights.source().tensor(PREFIX + "position_embedding", 1, positionRows, hidden);
    positions =
        weights
            .device()
            .weight(PositionGrid.resize(trained, config.positionGrid(), config.grid()))
            .reshape(config.rowsPerTile(), hidden);
  }

  /**
   * @param tiles [tiles, channels, size, size]
   * @param embedded [tiles * rowsPerTile, hidden], written
   */
  void apply(Tensor tiles, Tensor embedded, Ops ops) {
    long count = tiles.shape().dim(0);
    int rows = config.rowsPerTile();
    int patches = rows - VisionConfig.CLASS_TOKEN;
    // looked up, since a weight as loaded may have another type than activations
    Tensor classToken = ops.embedding(classEmbedding, new int[] {0});
    Tensor convolved =
        ops.linear(ops.patchify(tiles, config.patchSize()), convolution, Activation.NONE);
    for (long tile = 0; tile < count; tile++) {
      long row = tile * rows;
      ops.copyRows(embedded, row, classToken, 0, VisionConfig.CLASS_TOKEN);
      ops.copyRows(embedded, row + VisionConfig.CLASS_TOKEN, convolved, tile * patches, patches);
    }
    ops.addRows(embedded, positions);
  }
}
