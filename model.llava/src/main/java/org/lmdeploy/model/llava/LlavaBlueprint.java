package org.lmdeploy.model.llava;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.llava.image.Merge;
import org.lmdeploy.model.llava.vision.VisionMemory;
import org.lmdeploy.model.llava.vision.VisionTower;
import org.lmdeploy.model.text.DecoderBlueprint;
import org.lmdeploy.model.text.TextBlueprint;

/** A LLaVA model: image tiles, an image encoder with its projector, and a decoder. */
record LlavaBlueprint(LlavaConfig config) implements DecoderBlueprint {
  @Override
  public TextBlueprint text() {
    return config.text();
  }

  private ImageTokens imageTokens() {
    return new ImageTokens(config.images(), config.tower());
  }

  @Override
  public List<String> evidence() {
    List<String> lines = new ArrayList<>(text().evidence());
    lines.add(config.tower().describe());
    lines.add(
        "images: %s, %s tokens each".formatted(config.images().describe(), imageTokens().range()));
    return lines;
  }

  @Override
  public long visionActivationElements(int count) {
    long tiles = (long) count * config.images().mostTiles();
    long merged = config.images().merge() == Merge.FLAT ? 0 : (long) count * imageTokens().most();
    return VisionMemory.elements(config.tower(), config.projector(), tiles, merged);
  }

  @Override
  public Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer) {
    return Optional.of(
        new LlavaImageProcessor(
            config.images(), config.tower(), imageTokens(), config.slots().of(tokenizer)));
  }

  @Override
  public BuiltModel build(WeightSource weights, Device device) {
    WeightSource named = config.names().of(weights);
    boolean newlines = config.images().merge() == Merge.SPATIAL_UNPAD;
    return new BuiltModel(
        text().build(named, device),
        Optional.of(VisionTower.load(config.tower(), config.projector(), newlines, named, device)));
  }
}
