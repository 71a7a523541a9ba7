package org.lmdeploy.model.text;

import java.util.List;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.model.text.backbone.Backbones;

/** The text models that families of VLMs build upon. */
public final class TextModels {
  private TextModels() {}

  /** The values of {@code architectures[0]} that are known. */
  public static List<String> architectures() {
    return Backbones.architectures();
  }

  /**
   * Reads and checks the configuration of a text model; takes no memory for weights.
   *
   * @param config the text model's own configuration: {@code config.json} or the part of it that a
   *     VLM calls {@code llm_config} or {@code text_config}
   * @param weightPrefix what the checkpoint puts before the names of the text model's weights, for
   *     example {@code language_model.}; empty for a text model that stands alone
   * @throws org.lmdeploy.api.error.InvalidModelException if the configuration is wrong
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if the text model, or something that
   *     it asks for, is unknown
   */
  public static TextBlueprint blueprint(ConfigTree config, String weightPrefix) {
    return new TextBlueprint(Backbones.of(config), config, weightPrefix);
  }
}
