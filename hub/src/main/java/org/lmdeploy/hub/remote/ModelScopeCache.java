package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A repository in the cache of {@code modelscope}: a folder for each revision. Folders that
 * versions before 1.38 made, which know no revisions, are used where they are, as newer versions
 * do.
 *
 * @param root the folder of the cache
 * @param id the repository
 */
record ModelScopeCache(Path root, RepositoryId id) {
  /** Where the files of a revision are or will be. */
  Path folder(String revision) {
    return oldFolder()
        .orElse(
            root.resolve("models")
                .resolve(id.asFolderName())
                .resolve("snapshots")
                .resolve(revision));
  }

  /** Whether each revision has its own folder. */
  boolean keepsRevisions() {
    return oldFolder().isEmpty();
  }

  private Optional<Path> oldFolder() {
    String name = id.name().replace(".", "___");
    return Stream.of(root, root.resolve("hub"))
        .map(base -> base.resolve("models").resolve(id.organisation()).resolve(name))
        .filter(ModelScopeCache::hasFiles)
        .findFirst();
  }

  /** What is there of a revision. */
  Optional<Snapshot> find(String revision) {
    Path folder = folder(revision);
    return hasFiles(folder) ? Optional.of(new Snapshot(folder, revision)) : Optional.empty();
  }

  /** The lock of a file, whose name is a hash because a path may be too long for a name. */
  Path lock(String file) {
    String key =
        String.join(
            "\0", List.of("modelscope-hub-download-lock-v2", "file", "model", id.toString(), file));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return root.resolve(".lock").resolve("file_" + HexFormat.of().formatHex(digest) + ".lock");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static boolean hasFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
