package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs the tests for Node that lie in {@code src/test/node}. */
final class NodeClient {
  private static final Path SCRIPT = Path.of("src", "test", "node");
  private static final String FIND_CHROMIUM =
      "import { chromiumPath } from './browser.js'; process.exit(chromiumPath() ? 0 : 1)";

  private NodeClient() {}

  /** Skips the test with the reason where Node or the package is missing. */
  static void assume() throws InterruptedException {
    need(runs("node", "--version"), "node is not installed");
    need(
        Files.isDirectory(SCRIPT.resolve("node_modules")),
        "the packages are not installed; run npm ci in server.http/" + SCRIPT);
  }

  /** Skips the test with the reason where there is no browser. */
  static void assumeChromium() throws InterruptedException {
    need(
        runs("node", "--input-type=module", "--eval", FIND_CHROMIUM),
        "chromium is not installed; install it or name one in the variable CHROMIUM");
  }

  static void run(String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder node =
        new ProcessBuilder("node", "--test", script)
            .directory(SCRIPT.toFile())
            .redirectErrorStream(true);
    node.environment().putAll(environment);
    Process process = node.start();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> readAll(process), Thread::startVirtualThread);
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended, output::join);
    assertEquals(0, process.exitValue(), output::join);
  }

  /** Skips with the reason, or fails where this group of tests is required. */
  private static void need(boolean there, String reason) {
    Set<String> required = Set.of(System.getProperty("lmdeploy.require", "").split(","));
    if (!there && required.contains("node")) {
      fail("required, but " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).directory(SCRIPT.toFile()).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // this is how a missing program shows
    }
  }

  private static String readAll(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "its output was cut off: " + e;
    }
  }
}
