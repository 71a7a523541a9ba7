package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelSource;
import org.lmdeploy.hub.WeightFiles;

/** Models of a hub, by their ids. Safe for many threads. */
public final class RemoteModels {
  private static final int ATTEMPTS = 5;

  private final HubSettings settings;
  private final Patience patience;
  private final ToLongFunction<Path> freeSpace;

  /** With real waits and the real disk. */
  public RemoteModels(HubSettings settings) {
    this(settings, Thread::sleep, RemoteModels::usableSpace);
  }

  RemoteModels(HubSettings settings, Patience.Pause pause, ToLongFunction<Path> freeSpace) {
    this.settings = settings;
    this.patience = new Patience(ATTEMPTS, pause);
    this.freeSpace = freeSpace;
  }

  /**
   * The folder of a model in the cache, after what it lacks was downloaded; empty if the name is no
   * id.
   *
   * @throws ModelNotFoundException if the hub refuses it, or has none of that id and revision
   * @throws InvalidModelException if the repository holds no model that can be read, or what
   *     arrives is wrong
   * @throws UnavailableException if the hub cannot be reached and the cache does not have it, or if
   *     the disk is too small
   */
  public Optional<FoundModel> find(ModelSource source, Consumer<String> progress) {
    return RepositoryId.of(source.model()).map(id -> find(id, source, progress));
  }

  private FoundModel find(RepositoryId id, ModelSource source, Consumer<String> progress) {
    Hub hub = settings.hub(source.downloadDir());
    String revision = SafeNames.revision(source.revision().orElse(hub.defaultRevision()));
    try {
      return hub.access().offline()
          ? offline(hub, id, revision)
          : online(hub, id, revision, progress);
    } catch (StatusException e) {
      throw hub.explain(e, id, revision);
    } catch (HubUnreachableException e) {
      throw new UnavailableException(
          "%s could not be downloaded from %s (%s). What has arrived stays in %s and is not fetched again"
              .formatted(id, hub.access().endpoint(), e.getMessage(), hub.access().cache()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while " + id + " was looked up", e);
    } catch (IOException e) {
      throw new UnavailableException(
          "%s could not be fetched from %s into the cache %s: %s"
              .formatted(id, hub.access().endpoint(), hub.access().cache(), e.getMessage()),
          e);
    }
  }

  private FoundModel online(Hub hub, RepositoryId id, String revision, Consumer<String> progress)
      throws IOException, InterruptedException {
    try (HubClient client = hub.access().client()) {
      progress.accept("looking for " + id + " at " + hub.access().endpoint());
      Repository repository;
      try {
        repository = hub.open(client, patience, id, revision);
      } catch (HubUnreachableException e) {
        return unreachable(hub, id, revision, progress, e);
      }
      boolean fetched =
          new RepositoryFetch(client, patience, freeSpace, id, repository, progress).run();
      return found(hub, id, revision, repository.snapshot(), fetched ? "downloaded" : "cached");
    }
  }

  private FoundModel unreachable(
      Hub hub,
      RepositoryId id,
      String revision,
      Consumer<String> progress,
      HubUnreachableException failure)
      throws IOException {
    String reason = hub.access().endpoint() + " cannot be reached (" + failure.getMessage() + ")";
    Optional<Snapshot> cached = hub.cached(id, revision);
    if (cached.isEmpty()) {
      throw new UnavailableException(
          "%s is not in the cache %s, and %s. A mirror can be named in HF_ENDPOINT"
              .formatted(id, hub.access().cache(), reason),
          failure);
    }
    progress.accept(reason + "; what the cache has of " + id + " is used");
    checkComplete(cached.get(), id, reason);
    return found(hub, id, revision, cached.get(), "cached; the hub could not be reached");
  }

  private static FoundModel offline(Hub hub, RepositoryId id, String revision) throws IOException {
    String reason = "HF_HUB_OFFLINE forbids to ask " + hub.access().endpoint();
    Snapshot cached =
        hub.cached(id, revision)
            .orElseThrow(
                () ->
                    new ModelNotFoundException(
                        "%s with the revision '%s' is not in the cache %s, and %s"
                            .formatted(id, revision, hub.access().cache(), reason)));
    checkComplete(cached, id, reason);
    return found(hub, id, revision, cached, "cached; offline");
  }

  /** An interrupted download must not look like a damaged model. */
  private static void checkComplete(Snapshot cached, RepositoryId id, String reason) {
    String problem = null;
    try {
      if (!Files.exists(cached.folder().resolve("config.json"))) {
        problem = "config.json is missing";
      }
      WeightFiles.choose(
          WeightFiles.names(cached.folder()), cached.folder(), cached.folder().toString());
    } catch (InvalidModelException e) {
      problem = e.getMessage();
    }
    if (problem != null) {
      throw new ModelNotFoundException(
          "the cache has only a part of %s (%s), and %s".formatted(id, problem, reason));
    }
  }

  private static FoundModel found(
      Hub hub, RepositoryId id, String revision, Snapshot snapshot, String how) {
    String commit = snapshot.commit();
    return new FoundModel(
        snapshot.folder(),
        id.toString(),
        Optional.of(commit),
        "%s, revision %s%s, %s"
            .formatted(
                hub.page(id),
                revision,
                commit.equals(revision) ? "" : ", which is commit " + commit,
                how));
  }

  private static long usableSpace(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      return Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      throw new UnavailableException(
          "the free space of the disk with " + existing + " cannot be told: " + e.getMessage(), e);
    }
  }
}
