package org.lmdeploy.turbomind.cuda.driver;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Host memory that the device reads and writes at the speed of the bus, beside other work. */
public final class PinnedMemory implements AutoCloseable {
  private final Gpu gpu;
  private final Address pointer = new Address();
  private final MemorySegment segment;

  private static final class Address extends Pointer {
    long value() {
      return getNativePointer() + getByteOffset();
    }
  }

  /** Takes memory. */
  @SuppressWarnings("restricted")
  public PinnedMemory(Gpu gpu, long bytes) {
    this.gpu = gpu;
    gpu.use();
    Cuda.check(
        JCudaDriver.cuMemHostAlloc(pointer, bytes, JCudaDriver.CU_MEMHOSTALLOC_PORTABLE),
        "taking %,d bytes of pinned memory".formatted(bytes));
    segment = MemorySegment.ofAddress(pointer.value()).reinterpret(bytes);
  }

  /** The memory, valid until this is closed. */
  public MemorySegment segment() {
    return segment;
  }

  Pointer pointer(long offset) {
    return pointer.withByteOffset(offset);
  }

  @Override
  public void close() {
    gpu.use();
    Cuda.checkFreed(JCudaDriver.cuMemFreeHost(pointer), "freeing pinned memory");
  }
}
