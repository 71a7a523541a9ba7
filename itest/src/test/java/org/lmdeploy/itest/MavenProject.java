package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of a project outside the reactor, built by the Maven that runs these tests.
 *
 * @param folder where its pom.xml lies
 */
public record MavenProject(Path folder) {
  /** Copies a project of {@code examples/} without what was built of it there. */
  public static MavenProject example(String name, Path into) throws IOException {
    Path from = Path.of(System.getProperty("lmdeploy.root"), "examples", name);
    Path to = into.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = from.relativize(file);
        if (!relative.startsWith("target")) {
          Files.copy(file, to.resolve(relative.toString()));
        }
      }
    }
    return new MavenProject(to);
  }

  /** Builds and tests it for a distribution, and gives its jar. */
  public Path build(Path distribution) throws IOException, InterruptedException {
    Path maven = Path.of(System.getProperty("maven.home"), "bin", "mvn");
    Result result =
        Result.of(
            new ProcessBuilder(
                    List.of(
                        maven.toString(),
                        "-B",
                        "-q",
                        "-Dmaven.repo.local=" + System.getProperty("maven.repo.local"),
                        "-Dlmdeploy.home=" + distribution,
                        "package"))
                .directory(folder.toFile()),
            "");
    assertEquals(0, result.exitCode(), () -> result.out() + result.err());
    return folder.resolve("target").resolve(folder.getFileName() + ".jar");
  }
}
