package org.lmdeploy.model.llava;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lmdeploy.api.config.ConfigTree;

/** Configurations of vision towers that checkpoints name without carrying them. */
final class PublishedTowers {
  private static final Map<String, Map<String, Object>> ALL =
      new TreeMap<>(
          Map.of(
              "clip-vit-large-patch14", clipLarge(224),
              "clip-vit-large-patch14-336", clipLarge(336)));

  private PublishedTowers() {}

  static Collection<String> names() {
    return ALL.keySet().stream().map(name -> "openai/" + name).toList();
  }

  /** By the last part of the name, as some checkpoints have the path of their makers' machine. */
  static Optional<ConfigTree> config(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return Optional.ofNullable(ALL.get(last)).map(values -> ConfigTree.of(name, values));
  }

  private static Map<String, Object> clipLarge(int imageSize) {
    return Map.of(
        "model_type", "clip_vision_model",
        "hidden_size", 1024,
        "intermediate_size", 4096,
        "num_hidden_layers", 24,
        "num_attention_heads", 16,
        "patch_size", 14,
        "image_size", imageSize);
  }
}
