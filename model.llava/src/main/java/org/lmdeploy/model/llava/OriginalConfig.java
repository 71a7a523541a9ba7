package org.lmdeploy.model.llava;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.ImageProcessor.ImageSlot;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.model.llava.image.Fit;
import org.lmdeploy.model.llava.image.ImageConfig;
import org.lmdeploy.model.llava.image.Merge;
import org.lmdeploy.model.llava.image.Pinpoints;
import org.lmdeploy.model.llava.vision.ProjectorConfig;
import org.lmdeploy.model.llava.vision.TowerConfig;
import org.lmdeploy.model.text.TextBlueprint;
import org.lmdeploy.model.text.TextModels;

/**
 * Reads {@code config.json} of the original code (github.com/haotian-liu/LLaVA): the decoder's own
 * keys, and those that begin with {@code mm_}. The tower's configuration lies in the folder {@code
 * vision_tower}, or is a published one that {@code mm_vision_tower} names.
 */
final class OriginalConfig {
  /** The decoders' classes by those of the whole models. */
  static final Map<String, String> TEXT_ARCHITECTURES =
      Map.of(
          "LlavaLlamaForCausalLM", "LlamaForCausalLM",
          "LlavaMistralForCausalLM", "MistralForCausalLM",
          "LlavaQwenForCausalLM", "Qwen2ForCausalLM");

  private static final String TOWER = "mm_vision_tower";
  private static final String CLIP = "clip_vision_model";
  private static final Pattern MLP = Pattern.compile("mlp([1-9])x_gelu");

  /** The dummy id of LMDeploy, for tokenizers that have no placeholder. */
  private static final int DUMMY_ID = 0;

  private OriginalConfig() {}

  static LlavaConfig read(ModelFiles files) {
    ConfigTree config = files.config();
    if (config.has("mm_resampler_type")) {
      throw new UnsupportedFeatureException(
          "config.json: mm_resampler_type "
              + config.text("mm_resampler_type")
              + " is not supported; null is needed");
    }
    TowerConfig tower = TowerConfig.of(clip(towerConfig(files)), selection(config));
    checkColumns(config, tower);
    TextBlueprint text = TextModels.blueprint(textConfig(files), "language_model.");
    boolean tags = config.flag("mm_use_im_start_end", false);
    return new LlavaConfig(
        text,
        tower,
        projector(config, tower, text.hiddenSize()),
        images(files, tower),
        tokenizer ->
            new ImageSlot(
                tags ? "<im_start>" : "",
                tokenizer.tokenId(LlavaImageProcessor.MARKER).orElse(DUMMY_ID),
                tags ? "<im_end>" : ""),
        WeightNames::original);
  }

  private static ConfigTree textConfig(ModelFiles files) {
    Map<String, Object> text = new LinkedHashMap<>(files.config().values());
    text.put("architectures", List.of(TEXT_ARCHITECTURES.get(files.architecture())));
    return ConfigTree.of(files.config().path(), text);
  }

  private static ConfigTree towerConfig(ModelFiles files) {
    ConfigTree config = files.config();
    String name = config.text(TOWER);
    if (files.visionTower().isPresent()) {
      ConfigTree tower = files.visionTower().get().config();
      ConfigTree named = ConfigTree.of("vision_tower/" + tower.path(), tower.values());
      boolean both = named.text("model_type", "").equals("clip");
      return both ? named.child("vision_config") : named;
    }
    return PublishedTowers.config(name)
        .orElseThrow(
            () ->
                config.wrong(
                    TOWER,
                    name,
                    "its config.json is needed in a folder vision_tower of the model; known without"
                        + " one are "
                        + String.join(", ", PublishedTowers.names())));
  }

  /** For other towers the original code has other rules of which layer counts. */
  private static ConfigTree clip(ConfigTree tower) {
    String type = tower.text("model_type", CLIP);
    if (!type.equals(CLIP)) {
      throw new UnsupportedFeatureException(
          tower.path()
              + ": the vision tower "
              + type
              + " is not supported in the original layout; known is "
              + CLIP);
    }
    return tower;
  }

  private static TowerConfig.Selection selection(ConfigTree config) {
    String key = "mm_vision_select_layer";
    if (!config.has(key)) {
      throw config.wrong(key, "missing", "the number of a layer is needed, mostly -2");
    }
    String feature = config.text("mm_vision_select_feature", "patch");
    boolean all =
        switch (feature) {
          case "patch" -> false;
          case "cls_patch" -> true;
          default ->
              throw config.wrong(
                  "mm_vision_select_feature", feature, "patch or cls_patch is needed");
        };
    return new TowerConfig.Selection(config, key, config.integer(key, 0), all);
  }

  private static void checkColumns(ConfigTree config, TowerConfig tower) {
    int columns = config.positiveInt("mm_hidden_size", tower.hiddenSize());
    if (columns != tower.hiddenSize()) {
      throw config.wrong(
          "mm_hidden_size",
          columns,
          "the hidden_size of the vision tower, which is " + tower.hiddenSize() + ", is needed");
    }
  }

  private static ProjectorConfig projector(ConfigTree config, TowerConfig tower, int textHidden) {
    String key = "mm_projector_type";
    String type = config.text(key);
    Matcher mlp = MLP.matcher(type);
    List<String> layers;
    if (type.equals("identity")) {
      if (tower.hiddenSize() != textHidden) {
        throw config.wrong(
            key, type, "equal hidden sizes of vision tower and decoder are needed with it");
      }
      layers = List.of();
    } else if (type.equals("linear")) {
      layers = List.of("multi_modal_projector");
    } else if (mlp.matches()) {
      // activations have numbers too
      layers =
          IntStream.range(0, Integer.parseInt(mlp.group(1)))
              .mapToObj(i -> "multi_modal_projector." + 2 * i)
              .toList();
    } else {
      throw new UnsupportedFeatureException(
          config.path()
              + ": "
              + key
              + " "
              + type
              + " is not supported; known are linear, mlp2x_gelu and others of mlpNx_gelu,"
              + " identity");
    }
    return new ProjectorConfig(layers, textHidden, Activation.GELU, true);
  }

  private static ImageConfig images(ModelFiles files, TowerConfig tower) {
    ConfigTree config = files.config();
    ConfigTree pixels =
        files
            .visionTower()
            .flatMap(ModelFiles::preprocessorConfig)
            .or(files::preprocessorConfig)
            .orElse(ConfigTree.of("preprocessor_config.json", Map.of()));
    int size = tower.imageSize();
    String fit = config.text("image_aspect_ratio", "square");
    return switch (fit) {
      case "square" -> ImageConfig.square(pixels, size, Optional.empty());
      case "pad" -> ImageConfig.square(pixels, size, Optional.of(Fit.PAD));
      case "anyres" -> {
        Merge merge = merge(config);
        AnyResolution.check(config, "mm_vision_select_feature", tower, merge);
        yield ImageConfig.tiles(pixels, size, Pinpoints.of(config, size, false), merge, false);
      }
      default ->
          throw new UnsupportedFeatureException(
              config.path()
                  + ": image_aspect_ratio "
                  + fit
                  + " is not supported; known are square, pad, anyres");
    };
  }

  private static Merge merge(ConfigTree config) {
    String type = config.text("mm_patch_merge_type", "flat");
    return switch (type) {
      case "flat" -> Merge.FLAT;
      case "spatial" -> Merge.SPATIAL;
      case "spatial_unpad" -> Merge.SPATIAL_UNPAD;
      default ->
          throw new UnsupportedFeatureException(
              config.path()
                  + ": mm_patch_merge_type "
                  + type
                  + " is not supported; known are flat, spatial, spatial_unpad");
    };
  }
}
