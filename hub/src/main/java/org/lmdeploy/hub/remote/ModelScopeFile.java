package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What ModelScope says of a file.
 *
 * @param size bytes, or {@link Download#UNKNOWN}
 * @param checksum what its contents hash to, if the hub says so
 * @param committed when it last changed
 */
record ModelScopeFile(long size, Optional<Checksum> checksum, Instant committed) {
  /**
   * Whether a file of the cache is this one. A branch moves on while its folder stays the same, so
   * a file of the right size counts if it was written after the last change; only an older one is
   * read to compare its hash.
   *
   * @param ofRevision whether it can only be of this revision, so that its time says something
   */
  boolean isAt(Path file, boolean ofRevision) throws IOException {
    if (!Files.isRegularFile(file) || size != Download.UNKNOWN && Files.size(file) != size) {
      return false;
    }
    return ofRevision && Files.getLastModifiedTime(file).toInstant().isAfter(committed)
        || checksum.isPresent() && checksum.get().of(file).equals(checksum.get().hex());
  }
}
