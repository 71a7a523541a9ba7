package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that a cache lacks.
 *
 * @param name its path in the repository
 * @param source where the hub has it
 * @param size bytes, or {@link #UNKNOWN}
 * @param checksum what its contents hash to, if the hub says so
 * @param target where it goes once it is whole and right
 * @param present whether the target is there already, as it may be once the lock is held
 * @param lock the file that keeps others from fetching the same
 * @param finish what remains to be done once the target is there
 */
record Download(
    String name,
    URI source,
    long size,
    Optional<Checksum> checksum,
    Path target,
    Condition present,
    Path lock,
    Finish finish) {
  static final long UNKNOWN = -1;

  /** Something to be looked up in the cache. */
  interface Condition {
    boolean test() throws IOException;
  }

  /** The last step in the cache. */
  interface Finish {
    void run() throws IOException;
  }

  /** Where it grows until it is whole; an interrupted download goes on there. */
  Path incomplete() {
    return target.resolveSibling(target.getFileName() + ".incomplete");
  }
}
