package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs tests with npm packages, which lie in {@code src/test/node}. */
final class NodeClient {
  private static final Path SCRIPT = Path.of("src", "test", "node");

  private NodeClient() {}

  /** Skips the test with the reason where Node or the package is missing. */
  static void assume() throws InterruptedException {
    need(nodeRuns(), "node is not installed");
    need(
        Files.isDirectory(SCRIPT.resolve("node_modules")),
        "its packages are not installed; run npm ci in server.http/" + SCRIPT);
  }

  static void run(String baseUrl) throws IOException, InterruptedException {
    run("openai.test.js", baseUrl);
  }

  /** Runs one of the scripts, which are told the address. */
  static void run(String script, String baseUrl) throws IOException, InterruptedException {
    ProcessBuilder node =
        new ProcessBuilder("node", "--test", script)
            .directory(SCRIPT.toFile())
            .redirectErrorStream(true);
    node.environment().put("BASE_URL", baseUrl);
    Process process = node.start();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> readAll(process), Thread::startVirtualThread);
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
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

  private static boolean nodeRuns() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
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
