package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.util.Optional;
import org.lmdeploy.api.error.LmDeployException;

/** A hub of models with its cache on this machine. */
interface Hub {
  /** Address, cache and token. */
  Access access();

  /** The branch that is meant when none is named. */
  String defaultRevision();

  /** The web page of a repository. */
  String page(RepositoryId id);

  /** What the cache has, complete or not, without asking the hub. */
  Optional<Snapshot> cached(RepositoryId id, String revision) throws IOException;

  /**
   * Asks the hub.
   *
   * @throws StatusException if it refuses
   * @throws HubUnreachableException if it does not answer
   */
  Repository open(HubClient client, Patience patience, RepositoryId id, String revision)
      throws IOException, InterruptedException;

  /** What a refusal of the hub means, and what to do. */
  LmDeployException explain(StatusException refusal, RepositoryId id, String revision);
}
