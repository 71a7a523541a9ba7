package org.lmdeploy.api.engine;

import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;

/**
 * A model to be opened by an engine.
 *
 * @param name the name it is served under, for messages and thread names
 * @param blueprint the model
 * @param weights maps the checkpoint and gives its weights; called once, after the plan was made
 * @param checkpointBytes bytes of all weights
 * @param device the device, closed by the opened model
 * @param tokenizer the tokenizer; stays the caller's
 * @param endTokens ids that end an answer unless {@code ignore_eos}
 * @param options the engine's options
 */
public record EngineRequest(
    String name,
    ModelBlueprint blueprint,
    Supplier<WeightSource> weights,
    long checkpointBytes,
    Device device,
    Tokenizer tokenizer,
    Set<Integer> endTokens,
    EngineOptions options) {
  /** Checks that nothing is null. */
  public EngineRequest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(blueprint, "blueprint");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(tokenizer, "tokenizer");
    endTokens = Set.copyOf(endTokens);
    Objects.requireNonNull(options, "options");
  }
}
