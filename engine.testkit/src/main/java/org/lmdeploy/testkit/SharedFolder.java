package org.lmdeploy.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder with golden data, models and evaluation sets, which lies beside the project and not in
 * it. {@code -Dlmdeploy.shared} names it.
 */
public final class SharedFolder {
  private SharedFolder() {}

  /**
   * A file or folder in it. Without it the test is skipped with the reason, or fails where {@code
   * -Dlmdeploy.require} names {@code shared}, as it does in CI.
   *
   * @param path the place, for example {@code goldens/internvl}
   */
  public static Path of(String path) {
    Path file = Path.of(System.getProperty("lmdeploy.shared", "../../shared"), path);
    if (!Files.exists(file)) {
      String reason = file + " is not there; -Dlmdeploy.shared names the folder that holds " + path;
      String required = System.getProperty("lmdeploy.require", "");
      if (Arrays.asList(required.split(",")).contains("shared")) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
    }
    return file;
  }
}
