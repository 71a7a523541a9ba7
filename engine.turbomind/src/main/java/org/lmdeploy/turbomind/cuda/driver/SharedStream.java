package org.lmdeploy.turbomind.cuda.driver;

import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * The one queue of work that all models on a device have in common. Some kernels' blocks wait for
 * each other and so must all be on the device at once: two such kernels of different queues could
 * each hold the places that the other waits for.
 */
final class SharedStream {
  private static final Map<Integer, SharedStream> STREAMS = new HashMap<>();

  private final int ordinal;
  private final Handle handle = new Handle();
  private int users;

  static final class Handle extends CUstream {
    long address() {
      return getNativePointer();
    }
  }

  private SharedStream(int ordinal) {
    this.ordinal = ordinal;
    create(handle);
  }

  static void create(Handle handle) {
    Cuda.check(
        JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "creating a stream");
  }

  /** The queue of a device, which the calling thread uses. */
  static SharedStream acquire(Gpu gpu) {
    synchronized (STREAMS) {
      SharedStream stream = STREAMS.computeIfAbsent(gpu.ordinal(), SharedStream::new);
      stream.users++;
      return stream;
    }
  }

  Handle handle() {
    return handle;
  }

  /** Gives the queue back; the last one destroys it. */
  void release() {
    synchronized (STREAMS) {
      if (--users == 0) {
        STREAMS.remove(ordinal);
        Cuda.checkFreed(JCudaDriver.cuStreamDestroy(handle), "destroying a stream");
      }
    }
  }
}
