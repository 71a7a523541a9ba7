package org.lmdeploy.turbomind.cuda.driver;

import java.lang.foreign.Arena;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A queue of work on one device, done in order. One thread at a time. */
public final class CudaStream implements AutoCloseable {
  private final Gpu gpu;
  private final Handle handle = new Handle();
  private final Arena arena = Arena.ofShared();
  private final NativeDriver.LaunchBuffer launches = new NativeDriver.LaunchBuffer(arena);
  private final KernelArguments arguments = new KernelArguments(arena);
  private boolean capturing;

  private static final class Handle extends CUstream {
    long address() {
      return getNativePointer();
    }
  }

  /** A stream without work. */
  public CudaStream(Gpu gpu) {
    this.gpu = gpu;
    gpu.use();
    Cuda.check(
        JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "creating a stream");
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
    gpu.use();
    Cuda.check(JCudaDriver.cuMemsetD8Async(at(device), (byte) 0, bytes, handle), "zeroing memory");
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
    Cuda.check(
        JCudaDriver.cuStreamBeginCapture(
            handle, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "beginning to record a graph");
    capturing = true;
    RuntimeException failure = null;
    try {
      work.run();
    } catch (RuntimeException e) {
      failure = e;
    }
    capturing = false;
    return CudaGraph.end(this, failure);
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
      Cuda.checkFreed(JCudaDriver.cuStreamDestroy(handle), "destroying a stream");
    } finally {
      arena.close();
    }
  }
}
