package org.lmdeploy.runtime.internal;

import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;

/** Sampling defaults of a checkpoint over those of LMDeploy 0.6's HTTP interface. */
final class SamplingDefaults {
  private SamplingDefaults() {}

  static GenerationConfig of(Optional<ConfigTree> generationConfig) {
    GenerationConfig.Builder builder =
        GenerationConfig.builder().doSample(true).temperature(0.7).topP(1).topK(40);
    generationConfig.ifPresent(
        config -> {
          builder
              .doSample(config.flag("do_sample", true))
              .temperature(config.number("temperature", 0.7))
              .topP(config.number("top_p", 1))
              .topK(config.nonNegativeInt("top_k", 40))
              .minP(config.number("min_p", 0))
              .repetitionPenalty(config.number("repetition_penalty", 1));
        });
    try {
      return builder.build();
    } catch (InvalidRequestException e) {
      throw new InvalidModelException("generation_config.json: " + e.getMessage(), e);
    }
  }
}
