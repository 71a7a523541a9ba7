package org.lmdeploy.hub;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.model.ModelSource;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.hub.safetensors.SafetensorsCheckpoint;

/** Model folders of the local file system. */
public final class LocalModelFolders implements ModelFolders {
  private static final int MAX_LISTED = 12;
  private static final String VISION_TOWER = "vision_tower";

  @Override
  public FoundModel find(ModelSource source, Consumer<String> progress) {
    Path folder = path(source.model());
    if (!Files.exists(folder)) {
      throw new ModelNotFoundException(
          "there is no folder "
              + folder
              + "; the folder of a model, or the id ORGANISATION/NAME of a hub, is needed");
    }
    return find(folder, source);
  }

  /** The model at a path, or empty if there is nothing. */
  Optional<FoundModel> findExisting(ModelSource source) {
    Path folder = path(source.model());
    return Files.exists(folder) ? Optional.of(find(folder, source)) : Optional.empty();
  }

  private static FoundModel find(Path folder, ModelSource source) {
    if (!Files.isDirectory(folder)) {
      throw new ModelNotFoundException(
          folder + " is a file; the folder that holds config.json and the weights is needed");
    }
    if (source.revision().isPresent()) {
      throw new InvalidRequestException(
          "revision",
          "%s is a folder, which has no revision %s; leave out --revision"
              .formatted(folder, source.revision().get()));
    }
    Path last = folder.getFileName();
    return new FoundModel(
        folder,
        last == null ? folder.toString() : last.toString(),
        Optional.empty(),
        "resolved from " + source.model());
  }

  @Override
  public ModelFiles read(Path folder) {
    Path tower = folder.resolve(VISION_TOWER);
    return read(
        folder,
        Files.exists(tower.resolve("config.json"))
            ? Optional.of(read(tower, Optional.empty()))
            : Optional.empty());
  }

  private static ModelFiles read(Path folder, Optional<ModelFiles> visionTower) {
    requireFolder(folder);
    return new ModelFiles(
        folder,
        JsonFiles.read(folder, "config.json")
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        "config.json is missing in "
                            + folder
                            + "; found "
                            + listed(WeightFiles.names(folder)))),
        JsonFiles.read(folder, "generation_config.json"),
        preprocessorConfig(folder),
        JsonFiles.read(folder, "tokenizer_config.json"),
        visionTower);
  }

  /** Its own file, or where transformers 5 writes the same. */
  private static Optional<ConfigTree> preprocessorConfig(Path folder) {
    return JsonFiles.read(folder, "preprocessor_config.json")
        .or(
            () ->
                JsonFiles.read(folder, "processor_config.json")
                    .flatMap(config -> config.optionalChild("image_processor")));
  }

  @Override
  public Checkpoint open(Path folder) {
    SafetensorsCheckpoint checkpoint = openFiles(folder);
    Path tower = folder.resolve(VISION_TOWER);
    if (!WeightFiles.exist(tower)) {
      return checkpoint;
    }
    try {
      return new CheckpointWithPart(checkpoint, VISION_TOWER + "/", openFiles(tower));
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * The weights of a folder alone, without those of a tower beside them.
   *
   * @throws InvalidModelException if a file is missing or damaged
   */
  public SafetensorsCheckpoint openFiles(Path folder) {
    requireFolder(folder);
    return SafetensorsCheckpoint.open(WeightFiles.find(folder));
  }

  /** Names of files, for error messages. */
  static String listed(Set<String> names) {
    if (names.isEmpty()) {
      return "nothing (the folder is empty)";
    }
    String listed = names.stream().sorted().limit(MAX_LISTED).collect(Collectors.joining(", "));
    int more = names.size() - MAX_LISTED;
    return more > 0 ? listed + " and " + more + " more" : listed;
  }

  private static Path path(String model) {
    try {
      return Path.of(model).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new ModelNotFoundException("'" + model + "' is no path: " + e.getReason(), e);
    }
  }

  private static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidModelException(folder + " is no folder; the folder of a model is needed");
    }
  }
}
