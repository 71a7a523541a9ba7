package org.lmdeploy.api.model;

import java.nio.file.Path;
import org.lmdeploy.api.weights.Checkpoint;
import org.osgi.annotation.versioning.ProviderType;

/** The service that finds and reads model folders. */
@ProviderType
public interface ModelFolders {
  /**
   * The folder of a model.
   *
   * @param model a path
   * @throws org.lmdeploy.api.error.ModelNotFoundException if there is none
   */
  Path resolve(String model);

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
}
