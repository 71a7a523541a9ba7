package org.lmdeploy.api.model;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a model is to be found.
 *
 * @param model the path of a folder, or the id {@code organisation/name} of a hub
 * @param revision a branch, tag or commit of the hub; empty for its default branch
 * @param downloadDir the cache folder for downloads; empty for the hub's own
 */
public record ModelSource(String model, Optional<String> revision, Optional<Path> downloadDir) {
  /** Checks that nothing is null. */
  public ModelSource {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(downloadDir, "downloadDir");
  }

  /** A path, or an id with its default branch and the hub's own cache. */
  public static ModelSource of(String model) {
    return new ModelSource(model, Optional.empty(), Optional.empty());
  }
}
