package org.lmdeploy.model.qwenvl.vision;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.model.vision.Norm;
import org.lmdeploy.model.vision.PositionGrid;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * From the patches of an image to the decoder's space: learned queries attend to all patches, both
 * with 2-D positions (sines and cosines, which the checkpoint holds), then a norm and a projection.
 *
 * <p>Queries and keys differ in number, which {@link Ops#denseAttention} does not know. But what a
 * row asks need not belong to what it tells: row i of a group is given query i, and key and value
 * of patch i. Rows beyond the last query ask something that nobody wants to know; where there are
 * more queries than patches, there is another group with the same keys and values.
 */
final class Resampler {
  private final VisionConfig config;
  private final Tensor query;
  private final Norm queryNorm;
  private final Tensor queryPositions;
  private final Optional<LinearWeight> patchProjection;
  private final Norm patchNorm;
  private final Tensor patchPositions;
  private final LinearWeight queries;
  private final LinearWeight keys;
  private final LinearWeight values;
  private final LinearWeight output;
  private final Norm outputNorm;
  private final LinearWeight outputProjection;
  private final int[] fusedOrder;

  Resampler(VisionConfig config, String prefix, TowerWeights weights) {
    this.config = config;
    String pool = prefix + "attn_pool.";
    int size = config.outputSize();
    query =
        weights.device().weight(weights.source().tensor(pool + "query", config.queries(), size));
    HostTensor positions = weights.source().tensor(pool + "pos_embed", config.queries(), size);
    queryPositions = weights.device().weight(positions);
    patchPositions =
        weights
            .device()
            .weight(PositionGrid.resize(positions, 0, config.queryGrid(), config.grid()));
    queryNorm = Norm.load(pool + "ln_q", size, false, VisionConfig.EPSILON, weights);
    patchNorm = Norm.load(pool + "ln_kv", size, false, VisionConfig.EPSILON, weights);
    patchProjection =
        config.width() == size
            ? Optional.empty()
            : Optional.of(weights.linear(pool + "kv_proj", size, config.width(), false));
    DenseRows rows =
        new DenseRows(weights.source().tensor(pool + "attn.in_proj_weight", 3L * size, size));
    HostTensor biases =
        weights.source().tensor(pool + "attn.in_proj_bias", 3L * size).reshape(3, size);
    queries = part(rows, biases, 0, weights);
    keys = part(rows, biases, 1, weights);
    values = part(rows, biases, 2, weights);
    output = weights.linear(pool + "attn.out_proj", size, size);
    outputNorm = Norm.load(prefix + "ln_post", size, false, VisionConfig.EPSILON, weights);
    // what the checkpoint calls proj is multiplied from the right
    HostTensor transposed = Transposed.of(weights.source().tensor(prefix + "proj", size, size));
    outputProjection = weights.device().linear(LinearSpec.concat(new DenseRows(transposed)));
    fusedOrder = fusedOrder(config);
  }

  private static LinearWeight part(
      DenseRows rows, HostTensor biases, int index, TowerWeights weights) {
    long size = rows.inFeatures();
    HostTensor bias = biases.rows(index, 1).reshape(size);
    return weights
        .device()
        .linear(new LinearSpec(List.of(rows.rows(index * size, size)), List.of(bias)));
  }

  /** Groups of rows as long as there are patches, until every query has a row. */
  private static int groups(VisionConfig config) {
    return Math.ceilDiv(config.queries(), config.patches());
  }

  /** Where the parts of fused rows lie in a stack of all queries, all keys and all values. */
  private static int[] fusedOrder(VisionConfig config) {
    int patches = config.patches();
    int firstKey = config.queries();
    return IntStream.range(0, groups(config) * patches)
        .flatMap(
            row ->
                IntStream.of(
                    Math.min(row, config.queries() - 1),
                    firstKey + row % patches,
                    firstKey + patches + row % patches))
        .toArray();
  }

  /** What all images are asked: [queries, outputSize]. */
  Tensor queries(Ops ops) {
    // looked up, since a weight as loaded may have another type than activations
    Tensor learned = ops.embedding(query, IntStream.range(0, config.queries()).toArray());
    Tensor normed = queryNorm.apply(learned, ops);
    ops.addRows(normed, queryPositions);
    return ops.linear(normed, queries, Activation.NONE);
  }

  /**
   * @param patches [patches, width]
   * @param asked of {@link #queries}
   * @return [queries, outputSize]
   */
  Tensor apply(Tensor patches, Tensor asked, Ops ops) {
    int count = config.patches();
    int size = config.outputSize();
    Tensor stack = ops.empty(config.queries() + 2L * count, size);
    ops.copyRows(stack, 0, asked, 0, config.queries());
    try (var _ = ops.frame()) {
      Tensor projected =
          patchProjection.map(layer -> ops.linear(patches, layer, Activation.NONE)).orElse(patches);
      Tensor told = patchNorm.apply(projected, ops);
      ops.copyRows(
          stack, config.queries() + count, ops.linear(told, values, Activation.NONE), 0, count);
      ops.addRows(told, patchPositions);
      ops.copyRows(stack, config.queries(), ops.linear(told, keys, Activation.NONE), 0, count);
    }
    int groups = groups(config);
    int[] lengths = new int[groups];
    Arrays.fill(lengths, count);
    Tensor fused = ops.gatherRows(stack, fusedOrder).reshape((long) groups * count, 3L * size);
    Tensor attended = ops.denseAttention(fused, config.resamplerAttention(), lengths);
    Tensor embeddings = ops.linear(attended.rows(0, config.queries()), output, Activation.NONE);
    return ops.linear(outputNorm.apply(embeddings, ops), outputProjection, Activation.NONE);
  }

  /** The most elements that {@link #apply} keeps at once. */
  static long activationElements(VisionConfig config) {
    long patches = config.patches();
    long rows = groups(config) * patches;
    // stack; then projected and normed patches, values, keys; or fused rows, attended, three
    // results
    long beginning = 4 * patches;
    long end = 4 * rows + 3L * config.queries();
    return (config.queries() + 2 * patches + Math.max(beginning, end)) * config.outputSize();
  }
}
