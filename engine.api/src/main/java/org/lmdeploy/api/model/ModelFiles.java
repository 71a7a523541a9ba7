package org.lmdeploy.api.model;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;

/**
 * The JSON files of a model folder.
 *
 * @param folder the folder
 * @param config {@code config.json}
 * @param generationConfig {@code generation_config.json}
 * @param preprocessorConfig {@code preprocessor_config.json}, or what stands under {@code
 *     image_processor} in {@code processor_config.json}
 * @param tokenizerConfig {@code tokenizer_config.json}
 * @param visionTower the files of the folder {@code vision_tower}, for models whose vision model
 *     lies beside the text model
 */
public record ModelFiles(
    Path folder,
    ConfigTree config,
    Optional<ConfigTree> generationConfig,
    Optional<ConfigTree> preprocessorConfig,
    Optional<ConfigTree> tokenizerConfig,
    Optional<ModelFiles> visionTower) {
  /** Checks that nothing is null. */
  public ModelFiles {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(generationConfig, "generationConfig");
    Objects.requireNonNull(preprocessorConfig, "preprocessorConfig");
    Objects.requireNonNull(tokenizerConfig, "tokenizerConfig");
    Objects.requireNonNull(visionTower, "visionTower");
  }

  /** The files of a model that lies in one folder. */
  public ModelFiles(
      Path folder,
      ConfigTree config,
      Optional<ConfigTree> generationConfig,
      Optional<ConfigTree> preprocessorConfig,
      Optional<ConfigTree> tokenizerConfig) {
    this(folder, config, generationConfig, preprocessorConfig, tokenizerConfig, Optional.empty());
  }

  /**
   * The first entry of {@code architectures} in config.json.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if there is none
   */
  public String architecture() {
    var architectures = config.texts("architectures");
    if (architectures.isEmpty()) {
      throw config.wrong("architectures", architectures, "the name of the model class is needed");
    }
    return architectures.getFirst();
  }
}
