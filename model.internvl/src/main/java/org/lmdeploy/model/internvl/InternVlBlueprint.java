package org.lmdeploy.model.internvl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.internvl.vision.InternVit;
import org.lmdeploy.model.internvl.vision.VisionConfig;
import org.lmdeploy.model.text.DecoderBlueprint;
import org.lmdeploy.model.text.TextBlueprint;
import org.lmdeploy.model.text.TextModels;

/**
 * An InternVL model: image tiles, InternViT with its projector, and any decoder that {@link
 * TextModels} knows.
 */
record InternVlBlueprint(InternVlImageConfig images, VisionConfig vision, TextBlueprint text)
    implements DecoderBlueprint {
  private static final String TEXT_PREFIX = "language_model.";

  /** The tile besides the grid's: the whole image, small. */
  private static final int THUMBNAIL = 1;

  static InternVlBlueprint of(ModelFiles files) {
    InternVlImageConfig images = InternVlImageConfig.of(files.config(), files.preprocessorConfig());
    return new InternVlBlueprint(
        images,
        VisionConfig.of(files.config(), images.tileSize()),
        TextModels.blueprint(files.config().child("llm_config"), TEXT_PREFIX));
  }

  @Override
  public List<String> evidence() {
    List<String> lines = new ArrayList<>(text.evidence());
    lines.add(vision.describe());
    lines.add(
        "images: "
            + (images.fit() == InternVlImageConfig.Fit.TILES
                ? images.minDynamicPatch() + " to " + images.maxDynamicPatch() + " tiles"
                : "one tile")
            + " of "
            + images.tileSize()
            + " x "
            + images.tileSize()
            + " pixels"
            + (images.useThumbnail() ? " and a thumbnail" : "")
            + ", "
            + vision.tokensPerTile()
            + " tokens each");
    return lines;
  }

  @Override
  public long visionActivationElements(int count) {
    int tiles = images.fit() == InternVlImageConfig.Fit.TILES ? images.maxDynamicPatch() : 1;
    int most = images.useThumbnail() && tiles > 1 ? tiles + THUMBNAIL : tiles;
    return vision.activationElements((long) count * most, text.hiddenSize());
  }

  @Override
  public Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer) {
    return Optional.of(new InternVlImageProcessor(images, vision.tokensPerTile(), tokenizer));
  }

  @Override
  public BuiltModel build(WeightSource weights, Device device) {
    return new BuiltModel(
        text.build(weights, device),
        Optional.of(InternVit.load(vision, text.hiddenSize(), weights, device)));
  }
}
