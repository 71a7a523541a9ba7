package org.lmdeploy.model.text.family;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.text.DecoderBlueprint;
import org.lmdeploy.model.text.TextBlueprint;

/** A text model that stands alone: no images. */
record TextModelBlueprint(TextBlueprint text) implements DecoderBlueprint {
  @Override
  public List<String> evidence() {
    return text.evidence();
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
    return new BuiltModel(text.build(weights, device), Optional.empty());
  }
}
