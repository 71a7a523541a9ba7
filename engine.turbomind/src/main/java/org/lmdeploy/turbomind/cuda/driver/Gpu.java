package org.lmdeploy.turbomind.cuda.driver;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/**
 * A device and its primary context, which lives as long as somebody holds it.
 *
 * <p>A thread has to {@link #use} it before it calls the driver.
 */
public final class Gpu implements AutoCloseable {
  /** The compute capability of the chips that run kernels built for {@code sm_90a}. */
  public static final int HOPPER = 90;

  /** What the driver takes of the shared memory for each block. */
  private static final int RESERVED_SHARED_MEMORY = 1024;

  private final int ordinal;
  private final CUdevice device = new CUdevice();
  private final Context context = new Context();
  private final String name;
  private final int computeCapability;
  private final int multiprocessors;
  private final int sharedMemoryPerBlock;
  private final int sharedMemoryPerMultiprocessor;

  /** A context whose address can be given to calls that JCuda does not have. */
  private static final class Context extends CUcontext {
    long address() {
      return getNativePointer();
    }
  }

  /**
   * Holds a device.
   *
   * @throws org.lmdeploy.api.error.DeviceFailureException if it cannot be used
   */
  public Gpu(int ordinal) {
    this.ordinal = ordinal;
    Cuda.check(JCudaDriver.cuDeviceGet(device, ordinal), "looking up device " + ordinal);
    Cuda.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "opening device " + ordinal);
    byte[] text = new byte[256];
    Cuda.check(JCudaDriver.cuDeviceGetName(text, text.length, device), "asking for a name");
    name = new String(text, StandardCharsets.UTF_8).replace("\0", "").strip();
    computeCapability =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    sharedMemoryPerBlock =
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    sharedMemoryPerMultiprocessor =
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    Cuda.check(
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "asking for an attribute");
    return value[0];
  }

  /** Makes this the device of the calling thread's driver calls. */
  public void use() {
    NativeDriver.setCurrentContext(context.address());
  }

  /** Its number. */
  public int ordinal() {
    return ordinal;
  }

  /** Its name, for example {@code NVIDIA H200}. */
  public String name() {
    return name;
  }

  /** Ten times the major plus the minor number, as {@link #HOPPER}. */
  public int computeCapability() {
    return computeCapability;
  }

  /** Its streaming multiprocessors. */
  public int multiprocessors() {
    return multiprocessors;
  }

  /** Bytes of shared memory that a block can have. */
  public int sharedMemoryPerBlock() {
    return sharedMemoryPerBlock;
  }

  /** Bytes of shared memory that the blocks of a multiprocessor have together. */
  public int sharedMemoryPerMultiprocessor() {
    return sharedMemoryPerMultiprocessor;
  }

  /** Blocks of so much shared memory each that a multiprocessor with that much holds at once. */
  public static int blocksThatFit(int sharedMemoryPerMultiprocessor, int sharedMemory) {
    return sharedMemoryPerMultiprocessor / (sharedMemory + RESERVED_SHARED_MEMORY);
  }

  /** Bytes of memory that are free now. */
  public long freeMemory() {
    return memory()[0];
  }

  /** Bytes of memory. */
  public long totalMemory() {
    return memory()[1];
  }

  private long[] memory() {
    use();
    long[] free = new long[1];
    long[] total = new long[1];
    Cuda.check(JCudaDriver.cuMemGetInfo(free, total), "asking for free memory");
    return new long[] {free[0], total[0]};
  }

  /** Gives the context back. */
  @Override
  public void close() {
    Cuda.checkFreed(JCudaDriver.cuDevicePrimaryCtxRelease(device), "closing device " + ordinal);
  }
}
