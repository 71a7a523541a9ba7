package org.lmdeploy.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheSlotTest {
  @TempDir private Path root;
  private Home home;

  @BeforeEach
  void distribution() throws IOException {
    Files.createDirectories(root.resolve("bundles"));
    Files.createDirectories(root.resolve("conf"));
    Files.writeString(root.resolve("conf/framework.properties"), "a=b\n");
    Files.writeString(root.resolve("bundles/a.jar"), "first");
    home = new Home(root, root.resolve("cache"));
  }

  @Test
  void anUnchangedDistributionFindsItsCacheAgain() throws Exception {
    Path first;
    try (CacheSlot slot = CacheSlot.take(home)) {
      assertFalse(slot.complete());
      slot.clear();
      slot.markComplete();
      first = slot.folder();
    }
    try (CacheSlot slot = CacheSlot.take(home)) {
      assertEquals(first, slot.folder());
      assertTrue(slot.complete());
    }
  }

  @Test
  void anInstallationThatWasBrokenOffIsNotComplete() throws Exception {
    try (CacheSlot slot = CacheSlot.take(home)) {
      slot.clear();
      Files.writeString(slot.folder().resolve("half"), "");
    }
    try (CacheSlot slot = CacheSlot.take(home)) {
      assertFalse(slot.complete());
    }
  }

  @Test
  void aChangedBundleGetsANewCacheAndTheOldOneGoes() throws Exception {
    Path first;
    try (CacheSlot slot = CacheSlot.take(home)) {
      slot.clear();
      first = slot.folder();
    }
    Files.writeString(root.resolve("bundles/a.jar"), "changed");
    try (CacheSlot slot = CacheSlot.take(home)) {
      assertNotEquals(first, slot.folder());
      assertFalse(Files.exists(first));
    }
  }

  @Test
  void theCacheOfARunningProcessIsLeftAlone() throws Exception {
    Path busy;
    try (CacheSlot slot = CacheSlot.take(home)) {
      slot.clear();
      busy = slot.folder();
    }
    Process other = holdLock(Path.of(busy + ".lock"));
    try {
      try (CacheSlot second = CacheSlot.take(home)) {
        assertNotEquals(busy, second.folder());
      }
      Files.writeString(root.resolve("bundles/a.jar"), "changed");
      CacheSlot.take(home).close();
      assertTrue(Files.exists(busy));
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  /** File locks are between processes, so that another one is needed to hold one. */
  private static Process holdLock(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals("held", process.inputReader().readLine());
    return process;
  }

  /** Holds a lock until it is ended. */
  static final class Holder {
    private Holder() {}

    public static void main(String... arguments) throws Exception {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          throw new OverlappingFileLockException();
        }
        System.out.println("held");
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }
}
