package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A break of the contracts without a new version of its package fails the build. */
class BaselineIT {
  private static final Path ROOT = Path.of(System.getProperty("lmdeploy.root"));
  private static final String PACKAGE = "engine.api/src/main/java/org/lmdeploy/api/tokenizer/";
  private static final String METHOD = "int vocabSize();";
  private static final String BROKEN = "long vocabSize();";

  @TempDir private Path project;

  @BeforeEach
  void copyTheContracts() throws IOException {
    for (String part : List.of("pom.xml", "bnd.bnd", ".mvn", "cnf/baseline", "engine.api")) {
      copy(part);
    }
  }

  @Test
  void theContractsAsTheyAreAreAccepted() throws Exception {
    Result build = build();
    assertEquals(0, build.exitCode(), build.out());
  }

  @Test
  void aBreakWithoutANewVersionIsRefused() throws Exception {
    change("Tokenizer.java", METHOD, BROKEN);
    Result build = build();
    assertNotEquals(0, build.exitCode(), build.out());
    assertTrue(build.out().contains("Baseline problems detected"), build.out());
    assertTrue(build.out().contains("org.lmdeploy.api.tokenizer"), build.out());
  }

  @Test
  void aBreakWithANewVersionIsAccepted() throws Exception {
    change("Tokenizer.java", METHOD, BROKEN);
    change("package-info.java", "1.0.0", "2.0.0");
    Result build = build();
    assertEquals(0, build.exitCode(), build.out());
  }

  private void change(String file, String from, String to) throws IOException {
    Path path = project.resolve(PACKAGE + file);
    String source = Files.readString(path);
    assertTrue(source.contains(from), file + " does not contain " + from);
    Files.writeString(path, source.replace(from, to));
  }

  /** Offline: this project's own build has fetched all that is needed. */
  private Result build() throws Exception {
    ProcessBuilder maven =
        new ProcessBuilder("mvn", "-B", "-o", "verify", "-DskipTests", "-f", "engine.api/pom.xml")
            .directory(project.toFile());
    return Result.of(maven, "");
  }

  private void copy(String part) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(part))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = ROOT.relativize(file);
        Path target = project.resolve(relative.toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!relative.startsWith("engine.api/target")) {
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
    }
  }
}
