package org.lmdeploy.turbomind.cuda.driver;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** A piece of device memory, without defined contents, aligned to 256 bytes. */
public final class DeviceMemory implements MemoryPiece {
  private final Gpu gpu;
  private final Address pointer = new Address();
  private final long bytes;
  private boolean open = true;

  private static final class Address extends CUdeviceptr {
    long value() {
      return getNativePointer() + getByteOffset();
    }
  }

  /**
   * Takes memory.
   *
   * @throws OutOfDeviceMemoryException if there is too little
   */
  public DeviceMemory(Gpu gpu, long bytes) {
    this.gpu = gpu;
    this.bytes = bytes;
    gpu.use();
    Cuda.check(
        JCudaDriver.cuMemAlloc(pointer, Math.max(bytes, 1)),
        "taking %,d bytes of %s".formatted(bytes, gpu.name()));
  }

  @Override
  public long address() {
    return pointer.value();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      gpu.use();
      Cuda.checkFreed(JCudaDriver.cuMemFree(pointer), "freeing memory");
    }
  }
}
