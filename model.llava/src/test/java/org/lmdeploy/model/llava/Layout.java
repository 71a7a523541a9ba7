package org.lmdeploy.model.llava;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ModelFiles;

/** The ways in which a reference case can lie in a folder: configuration and names of weights. */
enum Layout {
  /** llava-hf's first checkpoints, whose names are those of the hashed weights. */
  TRANSFORMERS {
    @Override
    Optional<String> canonical(String stored) {
      boolean known =
          stored.startsWith("language_model.")
              || stored.startsWith("vision_tower.vision_model.")
              || stored.startsWith("multi_modal_projector.")
              || stored.equals("image_newline");
      return known ? Optional.of(stored) : Optional.empty();
    }
  },
  /** What save_pretrained of transformers 5 writes. */
  TRANSFORMERS_5 {
    @Override
    Optional<String> canonical(String stored) {
      if (stored.startsWith("vision_tower.")) {
        return stored.contains("vision_model.")
            ? Optional.empty()
            : Optional.of(stored.replace("vision_tower.", "vision_tower.vision_model."));
      }
      return TRANSFORMERS.canonical(stored);
    }
  },
  /** The modules of transformers since 4.52. */
  MODULES {
    @Override
    Optional<String> canonical(String stored) {
      if (stored.startsWith("model.language_model.")) {
        return Optional.of(stored.replace("model.language_model.", "language_model.model."));
      }
      if (stored.startsWith("lm_head")) {
        return Optional.of("language_model." + stored);
      }
      return stored.startsWith("model.")
          ? TRANSFORMERS.canonical(stored.substring("model.".length()))
          : Optional.empty();
    }
  },
  /** The original code's, with the tower inside. */
  ORIGINAL {
    @Override
    Optional<String> canonical(String stored) {
      String tower = "model.vision_tower.vision_tower.";
      return stored.startsWith(tower)
          ? Optional.of("vision_tower." + stored.substring(tower.length()))
          : originalWithoutTower(stored);
    }
  },
  /** The original code's, with the tower in a folder beside the model. */
  ORIGINAL_BESIDE {
    @Override
    Optional<String> canonical(String stored) {
      return stored.startsWith("vision_tower/")
          ? Optional.of(stored.replace("vision_tower/", "vision_tower."))
          : originalWithoutTower(stored);
    }
  };

  /** The name of the hashed weights for a name of this layout; empty if it has no such name. */
  abstract Optional<String> canonical(String stored);

  private static Optional<String> originalWithoutTower(String stored) {
    if (stored.contains("vision_tower")) {
      return Optional.empty();
    }
    String projector = "model.mm_projector.";
    if (stored.startsWith(projector)) {
      int number = 1 + (stored.charAt(projector.length()) - '0') / 2;
      return Optional.of(
          "multi_modal_projector.linear_" + number + stored.substring(projector.length() + 1));
    }
    return Optional.of(
        stored.equals("model.image_newline") ? "image_newline" : "language_model." + stored);
  }

  ModelFiles files(ReferenceCase one) {
    Optional<ConfigTree> pixels =
        Optional.of(ConfigTree.of("preprocessor_config.json", one.preprocessor()));
    if (this != ORIGINAL && this != ORIGINAL_BESIDE) {
      return new ModelFiles(
          Path.of("."),
          ConfigTree.of("config.json", one.config()),
          Optional.empty(),
          pixels,
          Optional.empty());
    }
    ConfigTree config = ConfigTree.of("config.json", one.config());
    ModelFiles tower =
        new ModelFiles(
            Path.of("vision_tower"),
            ConfigTree.of("config.json", config.child("vision_config").values()),
            Optional.empty(),
            pixels,
            Optional.empty());
    return new ModelFiles(
        Path.of("."),
        original(config, one),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(tower));
  }

  private static ConfigTree original(ConfigTree config, ReferenceCase one) {
    Map<String, Object> values = new LinkedHashMap<>(config.child("text_config").values());
    boolean mistral = config.child("text_config").text("model_type").equals("mistral");
    values.put(
        "architectures", List.of(mistral ? "LlavaMistralForCausalLM" : "LlavaLlamaForCausalLM"));
    values.put("model_type", "llava");
    values.put("mm_vision_tower", "a-small-random-one");
    values.put("mm_vision_select_layer", one.config().get("vision_feature_layer"));
    values.put("mm_vision_select_feature", "patch");
    values.put("mm_projector_type", "mlp2x_gelu");
    values.put("image_aspect_ratio", one.preprocessor().containsKey("do_pad") ? "pad" : "square");
    if (config.has("image_grid_pinpoints")) {
      values.put("image_aspect_ratio", "anyres");
      values.put("mm_patch_merge_type", "spatial_unpad");
      List<List<?>> widthFirst = new ArrayList<>();
      config
          .list("image_grid_pinpoints")
          .forEach(pair -> widthFirst.add(((List<?>) pair).reversed()));
      values.put("image_grid_pinpoints", widthFirst);
    }
    return ConfigTree.of("config.json", values);
  }
}
