package org.example.olmo;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;

/** A model whose configuration has been read: what engines ask before weights are loaded. */
record OlmoBlueprint(OlmoConfig config) implements ModelBlueprint {
  /** Sequences of a batch whose logits are wanted at once. */
  private static final int LOGIT_ROWS = 256;

  @Override
  public List<String> evidence() {
    return List.of(
        "OLMo: %d layers, hidden size %d, %d heads over %d of keys and values, vocabulary %d"
            .formatted(
                config.layers(),
                config.hidden(),
                config.attention().heads(),
                config.attention().kvHeads(),
                config.vocabulary()));
  }

  @Override
  public int vocabSize() {
    return config.vocabulary();
  }

  @Override
  public int maxPositions() {
    return config.maxPositions();
  }

  @Override
  public KvLayout kvLayout() {
    return new KvLayout(
        config.layers(), config.attention().kvHeads(), config.attention().headDim());
  }

  @Override
  public int prefixReuseLimit() {
    return config.rotary().switchLength();
  }

  @Override
  public long activationElements(int tokens) {
    long hidden = config.hidden();
    long throughout = hidden + config.rotary().rotaryDim();
    long attention = 2 * hidden + config.attention().fusedColumns();
    long feedForward = hidden + 3L * config.intermediate();
    long logits = Math.min(tokens, LOGIT_ROWS) * (2 * hidden + config.vocabulary());
    return tokens * throughout + Math.max(tokens * Math.max(attention, feedForward), logits);
  }

  @Override
  public long visionActivationElements(int images) {
    return 0;
  }

  @Override
  public Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer) {
    return Optional.empty();
  }

  @Override
  public BuiltModel build(WeightSource weights, Device device) {
    return new BuiltModel(new OlmoDecoder(config, weights, device), Optional.empty());
  }
}
