package org.lmdeploy.core.fake;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;

/**
 * The fake model before it is built.
 *
 * @param model the model
 * @param vocabSize rows of logits
 * @param maxPositions the longest sequence
 * @param prefixReuseLimit the longest prompt that shares
 * @param visionElements activations of one image; 0 for a model without images
 */
public record FakeBlueprint(
    FakeModel model, int vocabSize, int maxPositions, int prefixReuseLimit, long visionElements)
    implements ModelBlueprint {
  @Override
  public List<String> evidence() {
    return List.of();
  }

  @Override
  public KvLayout kvLayout() {
    return new KvLayout(2, 1, 1);
  }

  @Override
  public long activationElements(int tokens) {
    return 10L * tokens;
  }

  @Override
  public long visionActivationElements(int images) {
    return visionElements * images;
  }

  @Override
  public Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer) {
    return Optional.empty();
  }

  @Override
  public BuiltModel build(WeightSource weights, Device device) {
    return new BuiltModel(model, visionElements == 0 ? Optional.empty() : Optional.of(model));
  }
}
