package org.lmdeploy.model.text.decoder;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;

/** A decoder whose weights a device has prepared. */
public final class Decoder implements LanguageModel {
  private final DecoderConfig config;
  private final Tensor embedding;
  private final List<DecoderLayer> layers;
  private final Tensor finalNorm;
  private final LinearWeight head;

  /**
   * Loads the weights.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  public Decoder(DecoderConfig config, WeightNames names, DecoderWeights weights) {
    this.config = config;
    HostTensor table = weights.matrix(names.embedding(), config.vocabSize(), config.hiddenSize());
    embedding = weights.device().weight(table);
    layers =
        IntStream.range(0, config.layers())
            .mapToObj(index -> new DecoderLayer(config, names, index, weights))
            .toList();
    finalNorm = weights.vector(names.finalNorm(), config.hiddenSize());
    head = weights.device().linear(weights.head(names, table));
  }

  @Override
  public Tensor forward(StepBatch step, KvCache cache, Ops ops) {
    Tensor residual = embed(step, ops);
    Tensor rotary = ops.rotaryTable(config.rotary().spec(), step);
    for (DecoderLayer layer : layers) {
      layer.forward(residual, rotary, step, cache, ops);
    }
    return logits(residual, step.logitRows(), ops);
  }

  private Tensor embed(StepBatch step, Ops ops) {
    Tensor embedded = ops.embedding(embedding, lookedUp(step));
    for (StepBatch.Embeddings image : step.embeddings()) {
      ops.copyRows(embedded, image.row(), image.source(), image.sourceRow(), image.count());
    }
    return embedded;
  }

  /** The ids to look up: at an image's rows any will do, and the step's may be none. */
  private static int[] lookedUp(StepBatch step) {
    int[] ids = step.tokens().clone();
    for (StepBatch.Embeddings image : step.embeddings()) {
      Arrays.fill(ids, image.row(), image.row() + image.count(), 0);
    }
    return ids;
  }

  private Tensor logits(Tensor residual, int[] rows, Ops ops) {
    if (rows.length == 0) {
      return ops.empty(0, config.vocabSize());
    }
    Tensor wanted = ops.gatherRows(residual, rows);
    Tensor normed = ops.rmsNorm(wanted, finalNorm, config.normEpsilon());
    return ops.linear(normed, head, Activation.NONE);
  }
}
