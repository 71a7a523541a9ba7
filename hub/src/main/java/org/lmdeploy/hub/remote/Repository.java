package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** One revision of a repository of a hub, as the hub tells it at this moment. */
interface Repository {
  /** Where its files are put, and which commit they are of. */
  Snapshot snapshot();

  /** Paths of all its files; each is safe to be a path. */
  Set<String> files();

  /** What has to be fetched of a file, or empty if the cache has it. */
  Optional<Download> missing(String file) throws IOException, InterruptedException;

  /** Notes in the cache that the revision is complete, so that it is found without the hub. */
  void finished() throws IOException;
}
