package org.lmdeploy.model.qwen2vl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.qwen2vl.vision.Tower;
import org.lmdeploy.model.qwen2vl.vision.TowerConfig;
import org.lmdeploy.model.text.DecoderBlueprint;
import org.lmdeploy.model.text.TextBlueprint;
import org.lmdeploy.model.text.TextModels;

/** A Qwen2-VL or Qwen2.5-VL model: images of any size, its tower, and a Qwen2 decoder on axes. */
record Qwen2VlBlueprint(Qwen2VlImageConfig images, TowerConfig tower, TextBlueprint text)
    implements DecoderBlueprint {
  static Qwen2VlBlueprint of(ModelFiles files) {
    TextBlueprint text = TextModels.blueprint(Qwen2VlTextConfig.of(files.config()), "");
    TowerConfig tower =
        TowerConfig.of(
            files.architecture(), files.config().child("vision_config"), text.hiddenSize());
    return new Qwen2VlBlueprint(
        Qwen2VlImageConfig.of(files.preprocessorConfig(), tower), tower, text);
  }

  @Override
  public List<String> evidence() {
    List<String> lines = new ArrayList<>(text.evidence());
    lines.add(tower.describe());
    lines.add(
        "images: resized to between "
            + images.limits().least()
            + " and "
            + images.limits().most()
            + " pixels (min_pixels, max_pixels), a token for each "
            + images.patches().factor()
            + " x "
            + images.patches().factor()
            + "; no videos");
    return lines;
  }

  @Override
  public long visionActivationElements(int count) {
    return tower.activationElements(count, images.mostPatches());
  }

  @Override
  public Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer) {
    return Optional.of(new Qwen2VlImageProcessor(images, tokenizer));
  }

  @Override
  public BuiltModel build(WeightSource weights, Device device) {
    WeightSource published = NewerNames.published(weights);
    return new BuiltModel(
        text.build(published, device),
        Optional.of(Tower.load(tower, images.mostPatches(), published, device)));
  }
}
