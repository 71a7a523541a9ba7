package org.lmdeploy.model.qwenvl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.qwenvl.vision.QwenVit;
import org.lmdeploy.model.qwenvl.vision.VisionConfig;
import org.lmdeploy.model.text.DecoderBlueprint;
import org.lmdeploy.model.text.TextBlueprint;
import org.lmdeploy.model.text.TextModels;

/** A Qwen-VL model: square images, ViT with resampler, Qwen's first decoder. */
record QwenVlBlueprint(VisionConfig vision, TextBlueprint text) implements DecoderBlueprint {
  static QwenVlBlueprint of(ModelFiles files) {
    ConfigTree config = files.config();
    TextBlueprint text = TextModels.blueprint(withoutEncoder(config), "");
    return new QwenVlBlueprint(VisionConfig.of(config.child("visual"), text.hiddenSize()), text);
  }

  /** The decoder's configuration is the same as that of a text model. */
  private static ConfigTree withoutEncoder(ConfigTree config) {
    Map<String, Object> values = new LinkedHashMap<>(config.values());
    values.remove("visual");
    return ConfigTree.of(config.path(), values);
  }

  @Override
  public List<String> evidence() {
    List<String> lines = new ArrayList<>(text.evidence());
    lines.add(vision.describe());
    lines.add(
        "images: "
            + vision.imageSize()
            + " x "
            + vision.imageSize()
            + " pixels, "
            + vision.queries()
            + " tokens each");
    return lines;
  }

  @Override
  public long visionActivationElements(int images) {
    return vision.activationElements(images);
  }

  @Override
  public Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer) {
    return Optional.of(new QwenVlImageProcessor(vision, tokenizer));
  }

  @Override
  public BuiltModel build(WeightSource weights, Device device) {
    return new BuiltModel(
        text.build(weights, device), Optional.of(QwenVit.load(vision, weights, device)));
  }
}
