package org.lmdeploy.hub.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.lmdeploy.api.error.InvalidRequestException;

/** A folder that appears under its name when it is complete, and leaves nothing behind if not. */
final class NewFolder implements AutoCloseable {
  private final Path target;
  private final Path path;

  private NewFolder(Path target, Path path) {
    this.target = target;
    this.path = path;
  }

  /**
   * Prepares a folder.
   *
   * @param source what is read meanwhile, which the new folder must not lie in
   * @throws InvalidRequestException if there is something under its name
   */
  static NewFolder beside(Path name, Path source) throws IOException {
    Path target = name.toAbsolutePath().normalize();
    if (target.startsWith(source.toAbsolutePath().normalize())) {
      throw new InvalidRequestException(
          "dst-path", target + " lies in the folder that is read; another place is needed");
    }
    if (Files.exists(target) && !isEmptyFolder(target)) {
      throw new InvalidRequestException(
          "dst-path", target + " holds something already; a new or empty folder is needed");
    }
    Files.createDirectories(target.getParent());
    // not a temporary folder of the library, which nobody else could read
    String unfinished = "." + target.getFileName() + "-" + ProcessHandle.current().pid();
    return new NewFolder(target, Files.createDirectory(target.resolveSibling(unfinished)));
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Where to write until then. */
  Path path() {
    return path;
  }

  /** Gives it its name. */
  void complete() throws IOException {
    Files.deleteIfExists(target);
    Files.move(path, target);
  }

  /** Deletes it, if it is not complete. */
  @Override
  public void close() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(each);
      }
    }
  }
}
