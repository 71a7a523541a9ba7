package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;

/** int32 numbers in device memory that are replaced now and then; memory grows with them. */
final class IntList implements AutoCloseable {
  private static final int LEAST = 1024;

  private final Gpu gpu;
  private PinnedMemory host;
  private DeviceMemory device;
  private CudaEvent copied;
  private int capacity;

  IntList(Gpu gpu) {
    this.gpu = gpu;
  }

  /** Queues the copy of new numbers. */
  void set(int[] values, CudaStream stream) {
    if (values.length > capacity || device == null) {
      stream.synchronize();
      close();
      capacity = Math.max(LEAST, 2 * values.length);
      host = new PinnedMemory(gpu, 4L * capacity);
      device = new DeviceMemory(gpu, 4L * capacity);
      copied = CudaEvent.mark(gpu);
    }
    copied.synchronize();
    MemorySegment.copy(values, 0, host.segment(), ValueLayout.JAVA_INT, 0, values.length);
    stream.upload(device.address(), host, 0, 4L * values.length);
    copied.record(stream);
  }

  /** Where they lie. */
  long address() {
    return device.address();
  }

  @Override
  public void close() {
    if (device != null) {
      device.close();
      host.close();
      copied.close();
      device = null;
      capacity = 0;
    }
  }
}
