package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A revision of a repository of ModelScope.
 *
 * @param api the address of the repository's interface
 * @param listed its files by their paths
 */
record ModelScopeRepository(
    String api, ModelScopeCache cache, String revision, Map<String, ModelScopeFile> listed)
    implements Repository {

  @Override
  public Snapshot snapshot() {
    return new Snapshot(cache.folder(revision), revision);
  }

  @Override
  public Set<String> files() {
    return listed.keySet();
  }

  @Override
  public Optional<Download> missing(String file) throws IOException {
    ModelScopeFile told = listed.get(file);
    Path target = cache.folder(revision).resolve(file);
    boolean ofRevision = cache.keepsRevisions();
    if (told.isAt(target, ofRevision)) {
      return Optional.empty();
    }
    URI source =
        URI.create(
            "%s/repo?Revision=%s&FilePath=%s"
                .formatted(api, Answers.escaped(revision), Answers.escaped(file)));
    return Optional.of(
        new Download(
            file,
            source,
            told.size(),
            told.checksum(),
            target,
            () -> told.isAt(target, ofRevision),
            cache.lock(file),
            () -> {}));
  }

  @Override
  public void finished() {
    // the folder has the revision's own name: there is nothing more to note
  }
}
