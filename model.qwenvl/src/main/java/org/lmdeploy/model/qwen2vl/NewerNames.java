package org.lmdeploy.model.qwen2vl;

import java.util.Optional;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/**
 * A checkpoint with the names that newer versions of transformers write, under those of the
 * published checkpoints: {@code model.} became {@code model.language_model.}, {@code visual.}
 * became {@code model.visual.}.
 */
record NewerNames(WeightSource source) implements WeightSource {
  /** The weights under the published names, however the checkpoint has them. */
  static WeightSource published(WeightSource source) {
    return source.contains("model.language_model.embed_tokens.weight")
        ? new NewerNames(source)
        : source;
  }

  private static String newer(String name) {
    if (name.startsWith("model.")) {
      return "model.language_model." + name.substring("model.".length());
    }
    return name.startsWith("visual.") ? "model." + name : name;
  }

  @Override
  public HostTensor tensor(String name, long... shape) {
    return source.tensor(newer(name), shape);
  }

  @Override
  public boolean contains(String name) {
    return source.contains(newer(name));
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return source.linear(newer(prefix), outFeatures, inFeatures);
  }

  @Override
  public Optional<HostTensor> bias(String prefix, long outFeatures) {
    return source.bias(newer(prefix), outFeatures);
  }
}
