package org.lmdeploy.hub.write;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.lmdeploy.api.error.LmDeployException;

/** Makes and writes parts of one file on all processors; few parts are under way at once. */
final class PartWriters implements AutoCloseable {
  /** The most bytes of a part. */
  static final int MOST_BYTES = 8 << 20;

  private final FileChannel channel;
  private final int most = 2 * Runtime.getRuntime().availableProcessors();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("writer-", 0).daemon().factory());
  private final Arena arena = Arena.ofShared();
  private final ThreadLocal<MemorySegment> buffer =
      ThreadLocal.withInitial(() -> arena.allocate(MOST_BYTES));
  private final Deque<Future<?>> underWay = new ArrayDeque<>();

  PartWriters(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Has a part written; waits for an earlier one if there are too many.
   *
   * @param offset where the part begins in its tensor
   * @param position where it goes in the file
   */
  void write(SafetensorsWriter.Source source, long offset, int bytes, long position)
      throws IOException {
    if (underWay.size() == most) {
      await();
    }
    underWay.add(
        threads.submit(
            () -> {
              MemorySegment part = buffer.get().asSlice(0, bytes);
              source.fill(part, offset);
              writeFully(channel, part.asByteBuffer(), position);
              return null;
            }));
  }

  /** Waits until all parts are written. */
  void finish() throws IOException {
    while (!underWay.isEmpty()) {
      await();
    }
  }

  private void await() throws IOException {
    try {
      underWay.remove().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      if (e.getCause() instanceof LmDeployException told) {
        throw told;
      }
      throw new IllegalStateException("a part of a file could not be made", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a file was written", e);
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    arena.close();
  }
}
