package org.lmdeploy.api.model;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A model that was found.
 *
 * @param folder its folder
 * @param name the name it goes by: the id at its hub, or its folder's name
 * @param revision the commit that the folder holds; empty if no hub is behind it
 * @param evidence where it came from, one sentence without a full stop
 */
public record FoundModel(Path folder, String name, Optional<String> revision, String evidence) {
  /** Checks that nothing is null. */
  public FoundModel {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(evidence, "evidence");
  }
}
