package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A lock that one thread of one process of this machine holds, in a file, as the hubs' Python tools
 * take it: {@code flock(2)} on Unix, a lock of the first byte on Windows.
 */
final class FileLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  /** Takes a lock if nobody has it. */
  interface Kind {
    /** What releases the lock, or empty if somebody has it. */
    Optional<Held> tryLock(Path file) throws IOException;
  }

  /** A lock that is held. */
  interface Held {
    void release() throws IOException;
  }

  private final Held held;

  private FileLock(Held held) {
    this.held = held;
  }

  /**
   * Waits for a lock.
   *
   * @param file made if there is none, and left there
   * @param waiting told once if somebody else has it
   */
  static FileLock acquire(Path file, Runnable waiting) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    Kind kind = Flock.ofThisSystem().map(Kind.class::cast).orElseGet(ChannelLock::new);
    for (boolean told = false; ; told = true) {
      Optional<Held> held = tryLock(kind, file);
      if (held.isPresent()) {
        return new FileLock(held.get());
      }
      if (!told) {
        waiting.run();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /**
   * A lock counts only while its file is the one of that name: other tools may remove lock files,
   * and two processes must not hold two files of one name.
   */
  private static Optional<Held> tryLock(Kind kind, Path file) throws IOException {
    Object before = identity(file);
    Optional<Held> held = kind.tryLock(file);
    if (held.isPresent() && !before.equals(identity(file))) {
      held.get().release();
      return Optional.empty();
    }
    return held;
  }

  private static Object identity(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // another process made it, or an earlier download
    }
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file : key;
  }

  @Override
  public void close() throws IOException {
    held.release();
  }
}
