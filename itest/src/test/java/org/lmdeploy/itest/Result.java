package org.lmdeploy.itest;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How a process ended.
 *
 * @param exitCode its exit code
 * @param out what it wrote on the standard output
 * @param err what it wrote on the error stream
 */
record Result(int exitCode, String out, String err) {
  private static final long MOST_SECONDS = 180;

  static Result of(ProcessBuilder builder, String input) throws IOException, InterruptedException {
    // Whoever runs the tests may have set these for other distributions.
    builder.environment().keySet().removeIf(name -> name.startsWith("LMDEPLOY_"));
    return ofExactly(builder, input);
  }

  /** The same with the environment as it is. */
  static Result ofExactly(ProcessBuilder builder, String input)
      throws IOException, InterruptedException {
    Process process = builder.start();
    try {
      CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process, false));
      CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process, true));
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            builder.command() + " did not end. Output: " + out.join() + err.join());
      }
      return new Result(process.exitValue(), out.join(), err.join());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Process process, boolean errors) {
    try {
      return new String(
          (errors ? process.getErrorStream() : process.getInputStream()).readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
