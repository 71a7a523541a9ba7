package org.example.olmo;

import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/** The decoder: a Llama whose norms have no weights. */
final class OlmoDecoder implements LanguageModel {
  private final OlmoConfig config;
  private final Tensor embedding;
  private final PlainNorm norm;
  private final List<OlmoLayer> layers;
  private final LinearWeight head;

  OlmoDecoder(OlmoConfig config, WeightSource weights, Device device) {
    this.config = config;
    HostTensor table =
        weights.tensor("model.embed_tokens.weight", config.vocabulary(), config.hidden());
    embedding = device.weight(table);
    norm = PlainNorm.of(config.hidden(), device);
    layers =
        IntStream.range(0, config.layers())
            .mapToObj(index -> new OlmoLayer(config, index, norm, weights, device))
            .toList();
    LinearRows rows =
        weights.contains("lm_head.weight")
            ? weights.linear("lm_head", config.vocabulary(), config.hidden())
            : new DenseRows(table);
    head = device.linear(LinearSpec.concat(rows));
  }

  @Override
  public Tensor forward(StepBatch step, KvCache cache, Ops ops) {
    Tensor residual = ops.embedding(embedding, step);
    Rotation rotation =
        new Rotation(ops.rotaryTable(config.rotary(), step), config.rotary().pairing());
    for (OlmoLayer layer : layers) {
      layer.forward(residual, rotation, step, cache, ops);
    }
    if (step.logitRows().length == 0) {
      return ops.empty(0, config.vocabulary());
    }
    return ops.logits(norm.apply(ops.logitRows(residual, step), ops), head);
  }
}
