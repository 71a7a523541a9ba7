package org.lmdeploy.runtime.internal;

import java.util.Optional;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.api.weights.Quantizer;
import org.lmdeploy.api.weights.WeightSource;

/** Weights as published: bf16, fp16 or fp32, not quantized. */
final class DenseQuantizer implements Quantizer {
  @Override
  public String name() {
    return "hf";
  }

  @Override
  public Optional<String> accepts(ModelFiles files) {
    return files.config().has("quantization_config")
        ? Optional.empty()
        : Optional.of("config.json has no quantization_config: weights are used as stored");
  }

  @Override
  public WeightSource open(Checkpoint checkpoint, ModelFiles files) {
    return new DenseWeights(checkpoint);
  }
}
