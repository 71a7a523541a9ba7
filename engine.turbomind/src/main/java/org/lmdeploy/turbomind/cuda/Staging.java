package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;

/**
 * Brings host memory to the device in pieces: while one piece is on the bus, the next is copied
 * from the mapped file into pinned memory by several threads. That is the fastest way from the page
 * cache, which the device cannot read itself.
 */
final class Staging implements AutoCloseable {
  static final long PIECE = 32L << 20;
  private static final int SLOTS = 3;
  private static final long STRIPE = 2L << 20;

  private final Gpu gpu;
  private final CudaStream stream;
  private final List<Slot> slots = new ArrayList<>();
  private int next;

  private record Slot(PinnedMemory host, DeviceMemory device, CudaEvent done)
      implements AutoCloseable {
    @Override
    public void close() {
      host.close();
      device.close();
      done.close();
    }
  }

  Staging(Gpu gpu, CudaStream stream) {
    this.gpu = gpu;
    this.stream = stream;
  }

  /**
   * Copies bytes to the device and queues work on the copy.
   *
   * @param source at most {@link #PIECE} bytes
   * @param use gets the address of the copy, which is valid for work queued by it
   */
  void bring(MemorySegment source, LongConsumer use) {
    Slot slot = slot();
    slot.done.synchronize();
    copy(source, slot.host.segment());
    stream.upload(slot.device.address(), slot.host, 0, source.byteSize());
    use.accept(slot.device.address());
    slot.done.record(stream);
  }

  private Slot slot() {
    if (slots.size() < SLOTS) {
      slots.add(
          new Slot(
              new PinnedMemory(gpu, PIECE), new DeviceMemory(gpu, PIECE), CudaEvent.mark(gpu)));
    }
    Slot slot = slots.get(next % slots.size());
    next = (next + 1) % SLOTS;
    return slot;
  }

  private static void copy(MemorySegment source, MemorySegment target) {
    long bytes = source.byteSize();
    int stripes = (int) Math.ceilDiv(bytes, STRIPE);
    IntStream.range(0, stripes)
        .parallel()
        .forEach(
            stripe -> {
              long from = stripe * STRIPE;
              MemorySegment.copy(source, from, target, from, Math.min(STRIPE, bytes - from));
            });
  }

  /** Gives the staging memory back; it is taken again when it is needed. */
  @Override
  public void close() {
    slots.forEach(Slot::close);
    slots.clear();
    next = 0;
  }
}
