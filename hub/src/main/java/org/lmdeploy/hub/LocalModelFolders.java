package org.lmdeploy.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.hub.safetensors.SafetensorsCheckpoint;
import org.osgi.service.component.annotations.Component;

/** Model folders of the local file system. */
@Component
public final class LocalModelFolders implements ModelFolders {
  private static final int MAX_LISTED = 12;
  private static final String VISION_TOWER = "vision_tower";

  @Override
  public Path resolve(String model) {
    Path folder = path(model).toAbsolutePath().normalize();
    if (Files.isDirectory(folder)) {
      return folder;
    }
    if (Files.exists(folder)) {
      throw new ModelNotFoundException(
          folder + " is a file; the folder that holds config.json and the weights is needed");
    }
    throw new ModelNotFoundException(
        "there is no folder " + folder + "; the folder of a model is needed");
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
                        "config.json is missing in " + folder + "; found " + found(folder))),
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
    requireFolder(folder);
    Checkpoint checkpoint = SafetensorsCheckpoint.open(WeightFiles.find(folder));
    Path tower = folder.resolve(VISION_TOWER);
    if (!WeightFiles.exist(tower)) {
      return checkpoint;
    }
    try {
      return new CheckpointWithPart(
          checkpoint, VISION_TOWER + "/", SafetensorsCheckpoint.open(WeightFiles.find(tower)));
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /** What lies in a folder, for error messages. */
  static String found(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      var names = entries.map(entry -> entry.getFileName().toString()).sorted().toList();
      if (names.isEmpty()) {
        return "nothing (the folder is empty)";
      }
      String listed = names.stream().limit(MAX_LISTED).collect(Collectors.joining(", "));
      int more = names.size() - MAX_LISTED;
      return more > 0 ? listed + " and " + more + " more" : listed;
    } catch (IOException e) {
      throw new InvalidModelException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private static Path path(String model) {
    try {
      return Path.of(model);
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
