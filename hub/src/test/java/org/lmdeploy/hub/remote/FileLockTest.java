package org.lmdeploy.hub.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {
  @TempDir private Path folder;

  @Test
  void oneThreadHoldsItAtATime() throws Exception {
    Path file = folder.resolve("locks/a.lock");
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Void> second;
    try (FileLock _ = FileLock.acquire(file, () -> {})) {
      second =
          CompletableFuture.runAsync(
              () -> {
                try (FileLock _ = FileLock.acquire(file, waiting::countDown)) {
                  // it was free
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      waiting.await();
      assertFalse(second.isDone());
    }
    second.join();
  }

  @Test
  void aFileThatSomebodyReplacedIsLockedAnew() throws Exception {
    Path file = folder.resolve("a.lock");
    try (FileLock _ = FileLock.acquire(file, () -> {})) {
      Files.delete(file);
      try (FileLock _ = FileLock.acquire(file, () -> {})) {
        assertTrue(Files.exists(file));
      }
    }
  }

  @Test
  void otherProcessesSeeTheLockAsFlock() throws Exception {
    Path program = Path.of("/usr/bin/flock");
    Assumptions.assumeTrue(Files.isExecutable(program), "no " + program);
    Path file = folder.resolve("a.lock");
    try (FileLock _ = FileLock.acquire(file, () -> {})) {
      assertEquals(1, flock(program, file));
    }
    assertEquals(0, flock(program, file));
  }

  private static int flock(Path program, Path file) throws Exception {
    Process process = new ProcessBuilder(program.toString(), "-n", file.toString(), "true").start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return process.exitValue();
  }
}
