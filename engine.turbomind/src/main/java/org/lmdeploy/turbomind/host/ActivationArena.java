package org.lmdeploy.turbomind.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;

/**
 * A stack of activation memory. Chunks are kept when a frame is closed and used again, so that a
 * step allocates nothing once the largest one has been seen. Memory is handed out uncleared.
 */
final class ActivationArena implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final long SMALLEST_CHUNK = 1L << 20;

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int chunk;
  private long used;

  HostBuffer allocate(DType dtype, Shape shape) {
    return new HostBuffer(dtype, shape, take(Math.multiplyExact(shape.elements(), dtype.bytes())));
  }

  private MemorySegment take(long bytes) {
    while (chunk < chunks.size()) {
      if (used + bytes <= chunks.get(chunk).byteSize()) {
        MemorySegment taken = chunks.get(chunk).asSlice(used, bytes);
        used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return taken;
      }
      chunk++;
      used = 0;
    }
    // Each chunk is as large as all before it, so that there are few.
    long size = Math.max(SMALLEST_CHUNK, Math.max(bytes, committedBytes()));
    chunks.add(arena.allocate(size, ALIGNMENT));
    return take(bytes);
  }

  Frame frame() {
    int chunkBefore = chunk;
    long usedBefore = used;
    return () -> {
      chunk = chunkBefore;
      used = usedBefore;
    };
  }

  long committedBytes() {
    return chunks.stream().mapToLong(MemorySegment::byteSize).sum();
  }

  @Override
  public void close() {
    arena.close();
  }
}
