package org.lmdeploy.model.llava;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.ImageProcessor.ImageSlot;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.model.llava.image.Fit;
import org.lmdeploy.model.llava.image.ImageConfig;
import org.lmdeploy.model.llava.image.Merge;
import org.lmdeploy.model.llava.image.Pinpoints;
import org.lmdeploy.model.llava.image.Resolution;
import org.lmdeploy.model.llava.vision.ProjectorConfig;
import org.lmdeploy.model.llava.vision.TowerConfig;
import org.lmdeploy.model.text.TextBlueprint;
import org.lmdeploy.model.text.TextModels;
import org.lmdeploy.model.vision.ActivationNames;

/**
 * Reads {@code config.json} of transformers' classes, as llava-hf publishes them; what it leaves
 * out is as in those classes.
 */
final class TransformersConfig {
  static final String LLAVA = "LlavaForConditionalGeneration";
  static final String LLAVA_NEXT = "LlavaNextForConditionalGeneration";

  private static final String SELECT_LAYER = "vision_feature_layer";
  private static final String SELECT_FEATURE = "vision_feature_select_strategy";
  private static final String PINPOINTS = "image_grid_pinpoints";
  private static final List<List<Integer>> USUAL_PINPOINTS =
      List.of(
          List.of(336, 672),
          List.of(672, 336),
          List.of(672, 672),
          List.of(1008, 336),
          List.of(336, 1008));

  /** The tower of a configuration that does not mention it: CLIP ViT-L/14 at 336 pixels. */
  private static final String USUAL_TOWER = "clip-vit-large-patch14-336";

  private static final int USUAL_IMAGE_TOKEN = 32_000;

  private TransformersConfig() {}

  static LlavaConfig read(ModelFiles files) {
    ConfigTree config = files.config();
    ConfigTree vision =
        config
            .optionalChild("vision_config")
            .or(() -> PublishedTowers.config(USUAL_TOWER))
            .orElseThrow();
    TowerConfig tower = TowerConfig.of(vision, selection(config));
    TextBlueprint text = TextModels.blueprint(textConfig(config), "language_model.");
    int placeholder =
        config.nonNegativeInt(
            config.has("image_token_id") ? "image_token_id" : "image_token_index",
            USUAL_IMAGE_TOKEN);
    ImageSlot slot = new ImageSlot("", placeholder, "");
    return new LlavaConfig(
        text,
        tower,
        new ProjectorConfig(
            List.of("multi_modal_projector.linear_1", "multi_modal_projector.linear_2"),
            text.hiddenSize(),
            ActivationNames.of(config, "projector_hidden_act", "gelu"),
            config.flag("multimodal_projector_bias", true)),
        images(files, tower),
        _ -> slot,
        WeightNames::transformers);
  }

  /** The text model's configuration; Llama's 7B where nothing is said. */
  private static ConfigTree textConfig(ConfigTree config) {
    ConfigTree text =
        config
            .optionalChild("text_config")
            .orElse(ConfigTree.of(config.path() + ": text_config", Map.of()));
    if (text.has("model_type") || text.has("architectures")) {
      return text;
    }
    Map<String, Object> values = new LinkedHashMap<>(text.values());
    values.put("model_type", "llama");
    return ConfigTree.of(text.path(), values);
  }

  private static TowerConfig.Selection selection(ConfigTree config) {
    if (config.values().get(SELECT_LAYER) instanceof List<?> layers) {
      throw new UnsupportedFeatureException(
          config.path()
              + ": several layers in "
              + SELECT_LAYER
              + " ("
              + layers
              + ") are not supported; one number is needed");
    }
    String strategy = config.text(SELECT_FEATURE, "default");
    boolean all =
        switch (strategy) {
          case "default" -> false;
          case "full" -> true;
          default -> throw config.wrong(SELECT_FEATURE, strategy, "default or full is needed");
        };
    return new TowerConfig.Selection(config, SELECT_LAYER, config.integer(SELECT_LAYER, -2), all);
  }

  private static ImageConfig images(ModelFiles files, TowerConfig tower) {
    ConfigTree config = files.config();
    ConfigTree pixels =
        files.preprocessorConfig().orElse(ConfigTree.of("preprocessor_config.json", Map.of()));
    int size = tower.imageSize();
    if (files.architecture().equals(LLAVA)) {
      boolean padded = pixels.flag("do_pad", false);
      return ImageConfig.square(pixels, size, padded ? Optional.of(Fit.PAD) : Optional.empty());
    }
    AnyResolution.check(config, SELECT_FEATURE, tower, Merge.SPATIAL_UNPAD);
    return ImageConfig.tiles(
        pixels, size, resolutions(config, pixels, size), Merge.SPATIAL_UNPAD, true);
  }

  /** Those of the model; tiles are cut by the image processor's, which must be the same. */
  private static List<Resolution> resolutions(ConfigTree config, ConfigTree pixels, int size) {
    List<Resolution> model =
        Pinpoints.of(
            config.has(PINPOINTS)
                ? config
                : ConfigTree.of(config.path(), Map.of(PINPOINTS, USUAL_PINPOINTS)),
            size,
            true);
    if (pixels.has(PINPOINTS) && !Pinpoints.of(pixels, size, true).equals(model)) {
      throw pixels.wrong(
          PINPOINTS,
          pixels.list(PINPOINTS),
          "the same as in config.json, " + model + ", is needed");
    }
    return model;
  }
}
