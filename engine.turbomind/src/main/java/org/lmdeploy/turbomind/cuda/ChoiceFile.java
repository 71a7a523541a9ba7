package org.lmdeploy.turbomind.cuda;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was measured on one kind of device with one build of the kernels: keys and choices in a text
 * file. A file that cannot be read or written costs a new measurement, nothing else.
 */
final class ChoiceFile {
  private static final System.Logger LOG = System.getLogger("org.lmdeploy.turbomind");

  private final Path path;
  private final Map<String, String> entries = new TreeMap<>();
  private boolean changed;

  /**
   * Reads a file, if there is one.
   *
   * @param path where it lies; its folder is made when it is saved
   */
  ChoiceFile(Path path) {
    this.path = path;
    if (Files.isRegularFile(path)) {
      try (BufferedReader lines = Files.newBufferedReader(path)) {
        lines
            .lines()
            .map(line -> line.split("=", 2))
            .filter(parts -> parts.length == 2)
            .forEach(parts -> entries.put(parts[0], parts[1]));
      } catch (IOException | java.io.UncheckedIOException e) {
        LOG.log(Level.WARNING, "measured kernels cannot be read, they are measured again: " + e);
        entries.clear();
      }
    }
  }

  /**
   * The file of a device, a build of the kernels and a type of activations.
   *
   * @param device its name
   */
  static Path of(String device, String build, String type) {
    String cache = System.getProperty("lmdeploy.cache", "");
    Path folder =
        cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache", "lmdeploy")
            : Path.of(cache);
    return folder
        .resolve("kernels")
        .resolve("%s-%s-%s.txt".formatted(device.replaceAll("[^A-Za-z0-9]+", "-"), type, build));
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  void put(String key, String choice) {
    entries.put(key, choice);
    changed = true;
  }

  /** Writes the file if something was added. */
  void save() {
    if (!changed) {
      return;
    }
    try {
      Files.createDirectories(path.getParent());
      Path written = Files.createTempFile(path.getParent(), "choices", ".tmp");
      try (BufferedWriter out = Files.newBufferedWriter(written)) {
        for (Map.Entry<String, String> entry : entries.entrySet()) {
          out.write(entry.getKey() + "=" + entry.getValue() + "\n");
        }
      }
      Files.move(
          written, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      changed = false;
    } catch (IOException e) {
      LOG.log(
          Level.WARNING, "measured kernels cannot be kept, the next start measures again: " + e);
    }
  }
}
