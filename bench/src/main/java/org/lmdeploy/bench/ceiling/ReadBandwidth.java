package org.lmdeploy.bench.ceiling;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Reads memory that no cache holds, with vector loads on all processors. */
final class ReadBandwidth implements AutoCloseable {
  /** Large against any cache. */
  private static final long BYTES = 1L << 30;

  /** Small enough that processors finish together. */
  private static final long PIECE = 4L << 20;

  private static final long PAGE = 4096;
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  private static final long STEP = SPECIES.vectorByteSize();

  /** Keeps the compiler from dropping the reads. */
  private volatile int sink;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(BYTES, PAGE);

  ReadBandwidth() {
    memory.fill((byte) 1);
  }

  /** Bytes read in a second, once through all of the memory. */
  double measure(Crew crew) {
    int pieces = (int) (BYTES / PIECE);
    return BYTES / crew.seconds(pieces, index -> sink = read(memory, index * PIECE));
  }

  /** Four independent chains, so that loads and not their sum are waited for. */
  private static int read(MemorySegment memory, long from) {
    IntVector a = IntVector.zero(SPECIES);
    IntVector b = a;
    IntVector c = a;
    IntVector d = a;
    for (long at = from; at < from + PIECE; at += 4 * STEP) {
      a = a.or(load(memory, at));
      b = b.or(load(memory, at + STEP));
      c = c.or(load(memory, at + 2 * STEP));
      d = d.or(load(memory, at + 3 * STEP));
    }
    return a.or(b).or(c.or(d)).lane(0);
  }

  private static IntVector load(MemorySegment memory, long at) {
    return IntVector.fromMemorySegment(SPECIES, memory, at, ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    arena.close();
  }
}
