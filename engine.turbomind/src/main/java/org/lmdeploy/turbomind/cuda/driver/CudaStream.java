package org.lmdeploy.turbomind.cuda.driver;

import java.lang.foreign.Arena;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * A queue of work on one device, done in order, also after what other streams of the process have
 * queued on that device. One thread at a time.
 */
public final class CudaStream implements AutoCloseable {
  private final Gpu gpu;
  private final SharedStream shared;
  private final Arena arena = Arena.ofShared();
  private final NativeDriver.LaunchBuffer launches = new NativeDriver.LaunchBuffer(arena);
  private final KernelArguments arguments = new KernelArguments(arena);
  private boolean capturing;

  /** Where work goes: to the device's queue, or to one of its own while it is recorded. */
  private SharedStream.Handle handle;

  /** A stream without work. */
  public CudaStream(Gpu gpu) {
    this.gpu = gpu;
    gpu.use();
    shared = SharedStream.acquire(gpu);
    handle = shared.handle();
  }

  CUstream handle() {
    return handle;
  }

  /** An empty struct of arguments for the next launch. */
  public KernelArguments arguments() {
    return arguments.begin();
  }

  /**
   * Queues a kernel with the arguments that were written last. It may become resident before the
   * one before it is over, and waits for it by itself.
   */
  public void launch(Kernel kernel, LaunchShape shape) {
    gpu.use();
    launches.launch(
        kernel.address(), shape, handle.address(), arguments.struct(), true, kernel.name());
  }

  /** Queues a copy from pinned memory. */
  public void upload(long device, PinnedMemory host, long hostOffset, long bytes) {
    gpu.use();
    Cuda.check(
        JCudaDriver.cuMemcpyHtoDAsync(at(device), host.pointer(hostOffset), bytes, handle),
        "copying to the device");
  }

  /** Queues a copy into pinned memory. */
  public void download(PinnedMemory host, long hostOffset, long device, long bytes) {
    gpu.use();
    Cuda.check(
        JCudaDriver.cuMemcpyDtoHAsync(host.pointer(hostOffset), at(device), bytes, handle),
        "copying from the device");
  }

  /** Queues a copy within the device. */
  public void copy(long target, long source, long bytes) {
    gpu.use();
    Cuda.check(
        JCudaDriver.cuMemcpyDtoDAsync(at(target), at(source), bytes, handle),
        "copying on the device");
  }

  /** Queues the zeroing of memory. */
  public void zero(long device, long bytes) {
    fill(device, (byte) 0, bytes);
  }

  /** Queues the filling of memory with one byte. */
  public void fill(long device, byte value, long bytes) {
    gpu.use();
    Cuda.check(JCudaDriver.cuMemsetD8Async(at(device), value, bytes, handle), "filling memory");
  }

  /** Waits until all work is done. */
  public void synchronize() {
    gpu.use();
    Cuda.check(JCudaDriver.cuStreamSynchronize(handle), "running kernels");
  }

  /** Whether work is recorded instead of done. */
  public boolean capturing() {
    return capturing;
  }

  /** Records the work that is queued in {@code work} as a graph. */
  public CudaGraph capture(Runnable work) {
    gpu.use();
    SharedStream.Handle own = new SharedStream.Handle();
    SharedStream.create(own);
    handle = own;
    capturing = true;
    try {
      Cuda.check(
          JCudaDriver.cuStreamBeginCapture(
              own, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
          "beginning to record a graph");
      return CudaGraph.record(this, work);
    } finally {
      capturing = false;
      handle = shared.handle();
      Cuda.checkFreed(JCudaDriver.cuStreamDestroy(own), "destroying a stream");
    }
  }

  Gpu gpu() {
    return gpu;
  }

  static CUdeviceptr at(long address) {
    return new CUdeviceptr().withByteOffset(address);
  }

  @Override
  public void close() {
    gpu.use();
    try {
      shared.release();
    } finally {
      arena.close();
    }
  }
}
