package org.lmdeploy.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** The folder with golden data and evaluation sets, which lies beside the project and not in it. */
final class SharedFolder {
  private SharedFolder() {}

  /**
   * A folder in it; without it the test is skipped, or fails where {@code -Dlmdeploy.require} names
   * {@code shared}.
   */
  static Path of(String name) {
    Path folder = Path.of(System.getProperty("lmdeploy.shared", "../shared"), name);
    boolean required =
        Arrays.asList(System.getProperty("lmdeploy.require", "").split(",")).contains("shared");
    if (!required) {
      Assumptions.assumeTrue(
          Files.isDirectory(folder), () -> folder + " is not there; -Dlmdeploy.shared names it");
    }
    return folder;
  }
}
