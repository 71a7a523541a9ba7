package org.lmdeploy.plugin.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks at the jars of a folder again and again. Polling works on every file system, network ones
 * included, and a file that two looks in a row find the same is no longer being written by most
 * programs that copy.
 */
final class FolderScan {
  private final Path folder;
  private Map<Path, Stamp> before = Map.of();

  FolderScan(Path folder) {
    this.folder = folder;
  }

  /**
   * What tells one content of a file from another without reading it.
   *
   * @param key identifies the file on its file system, so that a file renamed over another counts
   */
  record Stamp(long size, FileTime modified, String key) {}

  /**
   * A jar in the folder.
   *
   * @param settled whether the look before found it just so
   */
  record Seen(Path file, Stamp stamp, boolean settled) {}

  /**
   * The jars that are there now, by name; none if the folder is missing.
   *
   * @throws IOException if the folder cannot be read
   */
  List<Seen> look() throws IOException {
    SortedMap<Path, Stamp> now = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files.filter(FolderScan::isJar)::iterator) {
          put(now, file);
        }
      }
    }
    List<Seen> seen =
        now.entrySet().stream()
            .map(
                entry ->
                    new Seen(
                        entry.getKey(),
                        entry.getValue(),
                        entry.getValue().equals(before.get(entry.getKey()))))
            .toList();
    before = now;
    return seen;
  }

  private static void put(Map<Path, Stamp> stamps, Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        stamps.put(
            file,
            new Stamp(
                attributes.size(),
                attributes.lastModifiedTime(),
                Objects.toString(attributes.fileKey())));
      }
    } catch (NoSuchFileException e) {
      // Removed since the folder was listed: it is not there, as the next look will say too.
      stamps.remove(file);
    }
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar");
  }
}
