package org.lmdeploy.turbomind.cuda.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A mark in a stream that can be waited for; two of them measure time. */
public final class CudaEvent implements AutoCloseable {
  private final Gpu gpu;
  private final CUevent event = new CUevent();

  private CudaEvent(Gpu gpu, int flags) {
    this.gpu = gpu;
    gpu.use();
    Cuda.check(JCudaDriver.cuEventCreate(event, flags), "creating an event");
  }

  /** A mark to wait for. */
  public static CudaEvent mark(Gpu gpu) {
    return new CudaEvent(gpu, CUevent_flags.CU_EVENT_DISABLE_TIMING);
  }

  /** A mark with a time. */
  public static CudaEvent timed(Gpu gpu) {
    return new CudaEvent(gpu, CUevent_flags.CU_EVENT_DEFAULT);
  }

  /** Sets the mark behind all work that was queued so far. */
  public void record(CudaStream stream) {
    gpu.use();
    Cuda.check(JCudaDriver.cuEventRecord(event, stream.handle()), "marking a stream");
  }

  /** Waits until the work before the mark is done. */
  public void synchronize() {
    gpu.use();
    Cuda.check(JCudaDriver.cuEventSynchronize(event), "running kernels");
  }

  /** Milliseconds from an earlier mark to this one; both must have been waited for. */
  public float millisSince(CudaEvent earlier) {
    gpu.use();
    float[] millis = new float[1];
    Cuda.check(JCudaDriver.cuEventElapsedTime(millis, earlier.event, event), "reading a time");
    return millis[0];
  }

  @Override
  public void close() {
    gpu.use();
    Cuda.checkFreed(JCudaDriver.cuEventDestroy(event), "freeing an event");
  }
}
