package org.lmdeploy.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * One bundle cache of the framework, held by one process. Caches are kept between starts while the
 * bundles stay the same, because a framework that finds its bundles installed starts faster; each
 * running process has its own, because two frameworks cannot share one. Which is free is told by a
 * file lock, which the operating system takes back from a process however it ends.
 */
final class CacheSlot implements AutoCloseable {
  private static final int MOST_PROCESSES = 256;
  private static final String COMPLETE = "complete";

  private final Path folder;
  private final FileChannel channel;

  private CacheSlot(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Takes the first free cache made from exactly these bundles and settings, or a new one. */
  static CacheSlot take(Home home) throws LaunchException {
    Path all = home.cache().resolve("framework");
    try {
      Path same = all.resolve(key(home));
      boolean changed = !Files.isDirectory(same);
      Files.createDirectories(same);
      if (changed) {
        removeStale(all, same);
      }
      for (int n = 0; n < MOST_PROCESSES; n++) {
        FileChannel channel = lock(same.resolve(n + ".lock"));
        if (channel != null) {
          return new CacheSlot(same.resolve(Integer.toString(n)), channel);
        }
      }
    } catch (IOException e) {
      throw new LaunchException(
          "The framework's cache folder "
              + all
              + " cannot be used ("
              + e.getMessage()
              + "). Set LMDEPLOY_CACHE, or -D"
              + Home.CACHE_PROPERTY
              + ", to a folder that can be written.",
          e);
    }
    throw new LaunchException(MOST_PROCESSES + " processes already run from " + home.root());
  }

  Path folder() {
    return folder;
  }

  /** Whether every bundle has been installed here by an earlier start. */
  boolean complete() {
    return Files.exists(folder.resolve(COMPLETE));
  }

  void markComplete() throws IOException {
    Files.createFile(folder.resolve(COMPLETE));
  }

  /** Forgets the configurations of the last process, which may have been killed before it could. */
  void clearConfigurations() throws IOException {
    delete(folder.resolve("config"));
  }

  void clear() throws IOException {
    delete(folder);
    Files.createDirectories(folder);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      return null;
    }
    return channel;
  }

  private static void removeStale(Path all, Path keep) throws IOException {
    try (Stream<Path> keys = Files.list(all)) {
      for (Path key :
          (Iterable<Path>) keys.filter(Files::isDirectory).filter(k -> !k.equals(keep))::iterator) {
        if (unused(key)) {
          delete(key);
        }
      }
    }
  }

  private static boolean unused(Path key) throws IOException {
    List<Path> locks;
    try (Stream<Path> files = Files.list(key)) {
      locks = files.filter(file -> file.toString().endsWith(".lock")).toList();
    }
    for (Path lock : locks) {
      try (FileChannel channel = lock(lock)) {
        if (channel == null) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Names, sizes and times of the bundles: enough to notice a rebuilt jar, and read without opening
   * one.
   */
  private static String key(Home home) throws IOException, LaunchException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    digest.update((home.root() + "\n" + Runtime.version() + "\n").getBytes(StandardCharsets.UTF_8));
    digest.update(Files.readAllBytes(home.conf().resolve("framework.properties")));
    for (Path bundle : home.bundles()) {
      BasicFileAttributes attributes = Files.readAttributes(bundle, BasicFileAttributes.class);
      digest.update(
          (bundle.getFileName()
                  + " "
                  + attributes.size()
                  + " "
                  + attributes.lastModifiedTime().toMillis()
                  + "\n")
              .getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
