package org.lmdeploy.runtime.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.lmdeploy.api.model.EmbeddedModel;

/**
 * Unpacks embedded models, since weights are mapped from files. A copy is made once for each
 * version; it appears under its name only when it is whole, so that several processes may do this
 * at once.
 */
final class EmbeddedModels {
  /** System property: the folder for unpacked models. */
  static final String CACHE_PROPERTY = "lmdeploy.cache";

  private EmbeddedModels() {}

  static Path unpack(EmbeddedModel model) {
    Path root = cacheRoot();
    Path target = root.resolve(model.name() + "-" + model.version()).resolve(model.name());
    if (Files.isDirectory(target)) {
      return target;
    }
    try {
      Files.createDirectories(target.getParent());
      Path temporary = Files.createTempDirectory(target.getParent(), "unpacking-");
      try {
        for (String file : model.files()) {
          try (InputStream in = model.open(file)) {
            Files.copy(in, temporary.resolve(file));
          }
        }
        moveInto(temporary, target);
      } finally {
        delete(temporary);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the embedded model " + model.name() + " cannot be unpacked to " + target, e);
    }
  }

  private static void moveInto(Path temporary, Path target) throws IOException {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another process was faster; its copy is the same.
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static Path cacheRoot() {
    String configured = System.getProperty(CACHE_PROPERTY);
    return configured != null
        ? Path.of(configured, "models")
        : Path.of(System.getProperty("user.home"), ".cache", "lmdeploy", "models");
  }
}
