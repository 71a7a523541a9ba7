package org.lmdeploy.model.qwen2vl.vision;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.model.VisionModel;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.vision.TowerWeights;

/**
 * The tower: patches at their places in the image's grid, which rotate queries and keys, layers
 * that see whole images or windows of them, and the patch merger.
 */
public final class Tower implements VisionModel {
  private static final double THETA = 10_000;

  private final TowerConfig config;
  private final int mostPatches;
  private final LinearWeight embedding;
  private final RotarySpec rotary;
  private final List<TowerLayer> layers;
  private final PatchMerger merger;

  private Tower(TowerConfig config, int mostPatches, TowerWeights weights) {
    this.config = config;
    this.mostPatches = mostPatches;
    embedding = embedding(config, weights);
    rotary = rotary(config.hiddenSize() / config.heads());
    layers =
        IntStream.range(0, config.layers())
            .mapToObj(i -> new TowerLayer(config, "visual.blocks." + i + ".", weights))
            .toList();
    merger = new PatchMerger(config, weights);
  }

  /**
   * Loads the weights.
   *
   * @param mostPatches so many are encoded at once, or a single image
   * @param weights under the published names
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  public static Tower load(
      TowerConfig config, int mostPatches, WeightSource weights, Device device) {
    return new Tower(config, mostPatches, new TowerWeights(weights, device));
  }

  /** The convolution over patches in time and space, whose stride is its kernel. */
  private static LinearWeight embedding(TowerConfig config, TowerWeights weights) {
    HostTensor kernel =
        weights
            .source()
            .tensor(
                "visual.patch_embed.proj.weight",
                config.hiddenSize(),
                config.channels(),
                config.temporalPatchSize(),
                config.patchSize(),
                config.patchSize());
    DenseRows rows = new DenseRows(kernel.reshape(config.hiddenSize(), config.patchColumns()));
    return weights.device().linear(LinearSpec.of(rows, Optional.empty()));
  }

  /**
   * The first half of a head's pairs is turned by the row of the patch, the second by its column.
   */
  private static RotarySpec rotary(int headDim) {
    int half = headDim / 4;
    double[] frequencies = new double[2 * half];
    int[] axes = new int[2 * half];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(THETA, -(double) (i % half) / half);
      axes[i] = i / half;
    }
    RotarySpec rule = new RotarySpec.Fixed(RotarySpec.Pairing.HALVES, frequencies, 1);
    return new RotarySpec.OnAxes(rule, axes);
  }

  @Override
  public Tensor encode(List<ProcessedImage> images, Ops ops) {
    long tokens = images.stream().mapToLong(ProcessedImage::tokens).sum();
    Tensor result = ops.empty(tokens, config.outSize());
    int from = 0;
    long row = 0;
    while (from < images.size()) {
      List<ProcessedImage> batch = images.subList(from, batchEnd(images, from));
      try (Frame _ = ops.frame()) {
        Tensor embeddings = encodeBatch(batch, ops);
        ops.copyRows(result, row, embeddings, 0, embeddings.shape().rows());
        row += embeddings.shape().rows();
      }
      from += batch.size();
    }
    return result;
  }

  /** The end of the images from {@code from} on that are encoded together, at least one. */
  private int batchEnd(List<ProcessedImage> images, int from) {
    long patches = 0;
    int end = from;
    while (end < images.size()
        && (end == from || patches + images.get(end).pixels().shape().rows() <= mostPatches)) {
      patches += images.get(end++).pixels().shape().rows();
    }
    return end;
  }

  private Tensor encodeBatch(List<ProcessedImage> images, Ops ops) {
    PatchRows rows = PatchRows.of(images, config);
    boolean inOrder = rows.inOrder();
    Tensor residual = embed(images, inOrder ? null : rows.patches(config.mergeUnit()), ops);
    Rotation rotation = new Rotation(ops.rotaryTable(rotary, rows.axes()), rotary.pairing());
    for (int i = 0; i < layers.size(); i++) {
      int[] lengths = config.seesAll(i) ? rows.imageLengths() : rows.windowLengths();
      layers.get(i).forward(residual, rotation, lengths, ops);
    }
    Tensor merged = merger.apply(residual, ops);
    return inOrder ? merged : ops.gatherRows(merged, rows.places());
  }

  /**
   * The tower's first rows.
   *
   * @param order the patches in the tower's order, or null for the images' own
   */
  private Tensor embed(List<ProcessedImage> images, int[] order, Ops ops) {
    long count = images.stream().mapToLong(image -> image.pixels().shape().rows()).sum();
    Tensor residual = ops.empty(count, config.hiddenSize());
    try (Frame _ = ops.frame()) {
      Tensor patches = ops.empty(count, config.patchColumns());
      long row = 0;
      for (ProcessedImage image : images) {
        try (Frame _ = ops.frame()) {
          Tensor uploaded = ops.upload(image.pixels());
          ops.copyRows(patches, row, uploaded, 0, uploaded.shape().rows());
          row += uploaded.shape().rows();
        }
      }
      Tensor embedded = ops.linear(patches, embedding, Activation.NONE);
      Tensor ordered = order == null ? embedded : ops.gatherRows(embedded, order);
      ops.copyRows(residual, 0, ordered, 0, count);
    }
    return residual;
  }
}
