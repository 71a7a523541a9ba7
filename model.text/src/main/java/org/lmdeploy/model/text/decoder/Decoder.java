package org.lmdeploy.model.text.decoder;

import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
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
    head = weights.device().linear(weights.head(names, table, config.unitHead()));
  }

  @Override
  public Tensor forward(StepBatch step, KvCache cache, Ops ops) {
    Tensor residual = ops.embedding(embedding, step);
    RotarySpec rotary = config.rotary().spec();
    Rotation rotation = new Rotation(ops.rotaryTable(rotary, step), rotary.pairing());
    for (DecoderLayer layer : layers) {
      layer.forward(residual, rotation, step, cache, ops);
    }
    return logits(residual, step, ops);
  }

  private Tensor logits(Tensor residual, StepBatch step, Ops ops) {
    if (step.logitRows().length == 0) {
      return ops.empty(0, config.vocabSize());
    }
    Tensor wanted = ops.logitRows(residual, step);
    Tensor normed = ops.rmsNorm(wanted, finalNorm, config.normEpsilon());
    return ops.logits(normed, head);
  }
}
