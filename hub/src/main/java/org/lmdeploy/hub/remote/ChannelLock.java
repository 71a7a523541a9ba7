package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Java's own lock of a file's first byte. */
final class ChannelLock implements FileLock.Kind {
  @Override
  public Optional<FileLock.Held> tryLock(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock(0, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      // another thread of this process has it
      locked = false;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? Optional.of(channel::close) : Optional.empty();
  }
}
