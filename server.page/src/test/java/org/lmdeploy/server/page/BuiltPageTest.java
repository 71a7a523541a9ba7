package org.lmdeploy.server.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in the resources is what its sources give. */
class BuiltPageTest {
  private static final Path SOURCES = Path.of("src", "main", "web");
  private static final Path BUILT =
      Path.of("src", "main", "resources", "org", "lmdeploy", "server", "page", "site");
  private static final String ADVICE = "run npm ci && npm run build in server.page/" + SOURCES;

  @TempDir private Path folder;

  @Test
  void isBuiltFromItsSources() throws Exception {
    need(nodeRuns(), "node is not installed");
    need(
        Files.isDirectory(SOURCES.resolve("node_modules")),
        "the page's packages are not installed; run npm ci in server.page/" + SOURCES);
    npm("check");
    Path again = folder.resolve("site");
    npm("build", "--", again.toAbsolutePath().toString());
    assertEquals(files(again), files(BUILT), ADVICE);
    for (Path file : files(again)) {
      assertArrayEquals(
          Files.readAllBytes(again.resolve(file)),
          Files.readAllBytes(BUILT.resolve(file)),
          () -> file + " is not what its sources give; " + ADVICE);
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).map(root::relativize).sorted().toList();
    }
  }

  private void npm(String script, String... arguments) throws IOException, InterruptedException {
    Path log = folder.resolve(script + ".log");
    List<String> command =
        Stream.concat(Stream.of("npm", "run", script), Stream.of(arguments)).toList();
    Process process =
        new ProcessBuilder(command)
            .directory(SOURCES.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    String output = Files.readString(log, StandardCharsets.UTF_8);
    assertTrue(ended, output);
    assertEquals(0, process.exitValue(), output);
  }

  /** Skips with the reason, or fails where this group of tests is required. */
  private static void need(boolean there, String reason) {
    Set<String> required = Set.of(System.getProperty("lmdeploy.require", "").split(","));
    if (!there && required.contains("node")) {
      fail("required, but " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }

  private static boolean nodeRuns() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false; // this is how a missing program shows
    }
  }
}
