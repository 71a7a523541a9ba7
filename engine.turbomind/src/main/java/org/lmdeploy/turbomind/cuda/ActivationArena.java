package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.turbomind.cuda.driver.MemoryPiece;

/**
 * A stack of activation memory. What the memory plan sets aside is taken at once and lies at one
 * place, so that recorded graphs find their activations again; a step that needs more takes another
 * piece, which is kept. Memory is handed out uncleared; as a stream does its work in order, memory
 * of a closed frame may be handed out again while kernels that use it are queued.
 */
final class ActivationArena implements AutoCloseable {
  private static final long ALIGNMENT = 256;
  private static final long SMALLEST_PIECE = 16L << 20;

  private final LongFunction<MemoryPiece> memory;
  private final List<MemoryPiece> pieces = new ArrayList<>();
  private int piece;
  private long used;

  /**
   * An arena without memory.
   *
   * @param memory takes so many bytes
   */
  ActivationArena(LongFunction<MemoryPiece> memory) {
    this.memory = memory;
  }

  /** Takes memory ahead. */
  void reserve(long bytes) {
    if (bytes > committedBytes()) {
      pieces.add(memory.apply(bytes - committedBytes()));
    }
  }

  /** The address of {@code bytes} bytes, at a multiple of 256. */
  long take(long bytes) {
    while (piece < pieces.size()) {
      MemoryPiece current = pieces.get(piece);
      if (used + bytes <= current.bytes()) {
        long address = current.address() + used;
        used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return address;
      }
      piece++;
      used = 0;
    }
    pieces.add(memory.apply(Math.max(bytes, Math.max(SMALLEST_PIECE, committedBytes() / 4))));
    return take(bytes);
  }

  Frame frame() {
    int pieceBefore = piece;
    long usedBefore = used;
    return () -> {
      piece = pieceBefore;
      used = usedBefore;
    };
  }

  long committedBytes() {
    return pieces.stream().mapToLong(MemoryPiece::bytes).sum();
  }

  @Override
  public void close() {
    pieces.forEach(MemoryPiece::close);
    pieces.clear();
  }
}
