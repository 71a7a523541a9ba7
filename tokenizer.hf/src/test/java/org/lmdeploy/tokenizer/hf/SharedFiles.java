package org.lmdeploy.tokenizer.hf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lmdeploy.testkit.SharedFolder;

/** The models and golden data that lie beside the repository. */
final class SharedFiles {
  private SharedFiles() {}

  /** A file or folder; the test is skipped where it does not exist. */
  static Path of(String path) {
    return SharedFolder.of(path);
  }

  static List<Path> json(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
