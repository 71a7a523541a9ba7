package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A repository in the cache of {@code huggingface_hub}: contents in {@code blobs} under their
 * ETags, the files of each commit in {@code snapshots} as links to them, and in {@code refs} the
 * commit that each branch or tag was.
 *
 * @param root the folder of the cache
 * @param id the repository
 */
record HuggingFaceCache(Path root, RepositoryId id) {
  private static final int MAX_REF_BYTES = 64;

  private Path folder() {
    return root.resolve("models--" + id.asFolderName());
  }

  Path blob(String tag) {
    return folder().resolve("blobs").resolve(tag);
  }

  Path snapshot(String commit) {
    return folder().resolve("snapshots").resolve(commit);
  }

  Path lock(String tag) {
    return root.resolve(".locks").resolve("models--" + id.asFolderName()).resolve(tag + ".lock");
  }

  private Path ref(String revision) {
    return folder().resolve("refs").resolve(revision);
  }

  /** What is there of a revision. */
  Optional<Snapshot> find(String revision) throws IOException {
    String commit = revision;
    if (!SafeNames.isCommit(revision)) {
      Path ref = ref(revision);
      if (!Files.isRegularFile(ref) || Files.size(ref) > MAX_REF_BYTES) {
        return Optional.empty();
      }
      commit = Files.readString(ref).strip();
    }
    Path folder = snapshot(commit);
    return SafeNames.isCommit(commit) && Files.isDirectory(folder)
        ? Optional.of(new Snapshot(folder, commit))
        : Optional.empty();
  }

  /** Puts a blob under the name of a file into a commit's folder. */
  void link(String commit, String file, Path blob) throws IOException {
    Path link = snapshot(commit).resolve(file);
    if (Files.exists(link)) {
      return;
    }
    Files.createDirectories(link.getParent());
    // a link that leads nowhere, left by somebody who deleted blobs
    Files.deleteIfExists(link);
    try {
      Files.createSymbolicLink(link, link.getParent().relativize(blob));
    } catch (FileAlreadyExistsException e) {
      if (!Files.exists(link)) {
        throw e;
      }
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Windows lets not everybody make links; huggingface_hub moves the blob too
      Files.move(blob, link, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Notes which commit a branch or tag is. */
  void remember(String revision, String commit) throws IOException {
    if (SafeNames.isCommit(revision)) {
      return;
    }
    Path ref = ref(revision);
    if (Files.isRegularFile(ref) && Files.readString(ref).equals(commit)) {
      return;
    }
    Files.createDirectories(ref.getParent());
    Path next = Files.createTempFile(ref.getParent(), "." + ref.getFileName(), "");
    try {
      Files.writeString(next, commit);
      Files.move(next, ref, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
