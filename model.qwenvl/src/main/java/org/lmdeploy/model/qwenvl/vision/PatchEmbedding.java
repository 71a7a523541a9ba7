package org.lmdeploy.model.qwenvl.vision;

import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.model.image.Pixels;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.PositionGrid;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * From images to the tower's first rows: a convolution over patches, absolute positions, a norm.
 */
final class PatchEmbedding {
  private final int patchSize;
  private final LinearWeight convolution;
  private final Tensor positions;
  private final Norm norm;

  PatchEmbedding(VisionConfig config, String prefix, TowerWeights weights) {
    int width = config.width();
    patchSize = config.patchSize();
    HostTensor kernel =
        weights
            .source()
            .tensor(prefix + "conv1.weight", width, Pixels.CHANNELS, patchSize, patchSize);
    DenseRows rows =
        new DenseRows(kernel.reshape(width, (long) Pixels.CHANNELS * patchSize * patchSize));
    convolution = weights.device().linear(new LinearSpec(List.of(rows), List.of()));
    int from = VisionConfig.POSITION_GRID;
    HostTensor trained =
        weights.source().tensor(prefix + "positional_embedding", (long) from * from, width);
    positions = weights.device().weight(PositionGrid.resize(trained, 0, from, config.grid()));
    norm = Norm.load(prefix + "ln_pre", width, false, VisionConfig.EPSILON, weights);
  }

  /**
   * @param images [images, channels, size, size]
   * @param embedded [images * patches, width], written
   */
  void apply(Tensor images, Tensor embedded, Ops ops) {
    Tensor convolved = ops.linear(ops.patchify(images, patchSize), convolution, Activation.NONE);
    ops.addRows(convolved, positions);
    Tensor normed = norm.apply(convolved, ops);
    ops.copyRows(embedded, 0, normed, 0, embedded.shape().rows());
  }
}
