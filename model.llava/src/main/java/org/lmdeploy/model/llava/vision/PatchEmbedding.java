package org.lmdeploy.model.llava.vision;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * From tiles to the encoder's first rows: a convolution over patches, CLIP's class token before
 * them, absolute positions, CLIP's norm.
 */
final class PatchEmbedding {
  private final TowerConfig config;
  private final LinearWeight convolution;
  private final Optional<Tensor> classEmbedding;
  private final Tensor positions;
  private final Optional<Norm> norm;

  PatchEmbedding(TowerConfig config, String prefix, TowerWeights weights) {
    this.config = config;
    int hidden = config.hiddenSize();
    String embeddings = prefix + "embeddings.";
    convolution = convolution(embeddings + "patch_embedding", weights);
    WeightSource source = weights.source();
    classEmbedding =
        config.kind().classTokens() == 0
            ? Optional.empty()
            : Optional.of(
                weights.vector(embeddings + "class_embedding", hidden).reshape(1, hidden));
    positions =
        weights
            .device()
            .weight(
                source.tensor(
                    embeddings + "position_embedding.weight", config.rowsPerTile(), hidden));
    // the published name is misspelt
    norm =
        config.kind().normBeforeLayers()
            ? Optional.of(
                Norm.load(prefix + "pre_layrnorm", hidden, false, config.epsilon(), weights))
            : Optional.empty();
  }

  private LinearWeight convolution(String name, TowerWeights weights) {
    int hidden = config.hiddenSize();
    int patch = config.patchSize();
    HostTensor kernel =
        weights.source().tensor(name + ".weight", hidden, config.channels(), patch, patch);
    DenseRows rows =
        new DenseRows(kernel.reshape(hidden, (long) config.channels() * patch * patch));
    List<HostTensor> bias =
        config.kind().patchBias()
            ? List.of(weights.source().tensor(name + ".bias", hidden))
            : List.of();
    return weights.device().linear(new LinearSpec(List.of(rows), bias));
  }

  /**
   * @param tiles [tiles, channels, side, side]
   * @param residual [tiles * rowsPerTile, hidden], written
   */
  void apply(Tensor tiles, Tensor residual, Ops ops) {
    Tensor convolved =
        ops.linear(ops.patchify(tiles, config.patchSize()), convolution, Activation.NONE);
    long count = tiles.shape().dim(0);
    int rows = config.rowsPerTile();
    int before = config.kind().classTokens();
    int patches = rows - before;
    // looked up, since a weight as loaded may have another type than activations
    Optional<Tensor> classToken = classEmbedding.map(table -> ops.embedding(table, new int[] {0}));
    for (long tile = 0; tile < count; tile++) {
      long row = tile * rows;
      classToken.ifPresent(token -> ops.copyRows(residual, row, token, 0, 1));
      ops.copyRows(residual, row + before, convolved, tile * patches, patches);
    }
    ops.addRows(residual, positions);
    norm.ifPresent(first -> ops.copyRows(residual, 0, first.apply(residual, ops), 0, count * rows));
  }
}
