package org.lmdeploy.model.text.backbone;

import java.util.List;
import java.util.function.Predicate;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/** All backbones that this bundle knows. */
public final class Backbones {
  private static final List<Backbone> ALL =
      List.of(
          Llama.BACKBONE,
          InternLm2.BACKBONE,
          Mistral.BACKBONE,
          Qwen2.BACKBONE,
          Qwen3.BACKBONE,
          Phi3.BACKBONE,
          InternLm.BACKBONE,
          Qwen.BACKBONE,
          Glm.BACKBONE,
          ChatGlm.BACKBONE,
          Baichuan.SECOND,
          Baichuan.FIRST);

  private Backbones() {}

  /** The values of {@code architectures[0]} that are known. */
  public static List<String> architectures() {
    return ALL.stream().map(Backbone::architecture).toList();
  }

  /**
   * The backbone that a configuration names by {@code architectures[0]} or, where that is missing
   * as in parts of some VLMs' configurations, by {@code model_type}.
   *
   * @throws UnsupportedFeatureException if it is none of ours
   */
  public static Backbone of(ConfigTree config) {
    List<String> architectures = config.texts("architectures");
    if (!architectures.isEmpty()) {
      String name = architectures.getFirst();
      return find(config, "architecture", name, backbone -> backbone.architecture().equals(name));
    }
    if (config.has("model_type")) {
      String name = config.text("model_type");
      return find(config, "model_type", name, backbone -> backbone.modelType().equals(name));
    }
    throw config.wrong("architectures", "missing", "the name of the text model's class is needed");
  }

  private static Backbone find(
      ConfigTree config, String key, String name, Predicate<Backbone> test) {
    return ALL.stream()
        .filter(test)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedFeatureException(
                    config.path()
                        + ": there is no text model for the "
                        + key
                        + " "
                        + name
                        + "; known are "
                        + String.join(", ", architectures())));
  }
}
