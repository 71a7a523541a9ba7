package org.lmdeploy.api.model;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.api.weights.Checkpoint;
import org.osgi.annotation.versioning.ProviderType;

/** The service that finds and reads model folders. */
@ProviderType
public interface ModelFolders {
  /**
   * Finds the folder of a model, and downloads what it lacks if a hub has it.
   *
   * @param source a path, or the id of a hub
   * @param progress takes one line for each stage
   * @throws org.lmdeploy.api.error.ModelNotFoundException if there is none
   * @throws org.lmdeploy.api.error.UnavailableException if the hub cannot be reached or the disk is
   *     too small
   */
  FoundModel find(ModelSource source, Consumer<String> progress);

  /**
   * Reads the JSON files of a folder.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if one is missing or damaged
   */
  ModelFiles read(Path folder);

  /**
   * Maps the weights of a folder; every offset is checked. Those of a folder {@code vision_tower}
   * in it are there too, their names beginning with {@code vision_tower/}.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if a file is missing or damaged
   */
  Checkpoint open(Path folder);

  /**
   * The folder of a model that is found without a word.
   *
   * @param model a path, or the id of a hub
   * @throws org.lmdeploy.api.error.ModelNotFoundException if there is none
   */
  default Path resolve(String model) {
    return find(ModelSource.of(model), line -> {}).folder();
  }

  /** How ids are looked up: hub, cache, access; one line each, for reports. */
  default List<String> settings() {
    return List.of();
  }
}
