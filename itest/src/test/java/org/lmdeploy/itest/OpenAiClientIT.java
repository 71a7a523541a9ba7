package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The npm package {@code openai}, unchanged, against the distribution with its demo model. */
class OpenAiClientIT {
  private static final Path SCRIPTS = Path.of("..", "server.http", "src", "test", "node");

  @TempDir private Path folder;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void chatCompletionsStreamsFormatsAndModelsWork() throws Exception {
    boolean there = Files.isDirectory(SCRIPTS.resolve("node_modules"));
    Set<String> required = Set.of(System.getProperty("lmdeploy.require", "").split(","));
    assertFalse(!there && required.contains("node"), "npm ci was not run in " + SCRIPTS);
    assumeTrue(there, "Node's packages are not installed; run npm ci in " + SCRIPTS);
    try (ServerProcess server = ServerProcess.start(Distribution.shared(), folder.resolve("log"))) {
      for (String script : new String[] {"openai.test.js", "structured.test.js"}) {
        Path output = folder.resolve(script + ".txt");
        ProcessBuilder node =
            new ProcessBuilder("node", "--test", script)
                .directory(SCRIPTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        node.environment().put("BASE_URL", server.base() + "/v1");
        assertEquals(0, node.start().waitFor(), () -> script + ": " + read(output));
      }
    }
  }

  private static String read(Path output) {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return "no output: " + e;
    }
  }
}
