package org.lmdeploy.turbomind.cuda.driver;

import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/** A function of a loaded module. */
public final class Kernel {
  private final String name;
  private final Handle function = new Handle();

  private static final class Handle extends CUfunction {
    long address() {
      return getNativePointer();
    }
  }

  Kernel(CudaModule module, String name) {
    this.name = name;
    Cuda.check(
        JCudaDriver.cuModuleGetFunction(function, module.handle(), name),
        "looking up the kernel " + name);
  }

  /** Allows a block more dynamic shared memory than every chip has. */
  public Kernel withSharedMemory(int bytes) {
    Cuda.check(
        JCudaDriver.cuFuncSetAttribute(
            function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes),
        "giving the kernel " + name + " shared memory of " + bytes + " bytes");
    return this;
  }

  /** How many of its blocks fit on a multiprocessor at once. */
  public int blocksPerMultiprocessor(int threads, int sharedMemory) {
    int[] blocks = new int[1];
    Cuda.check(
        JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
            blocks, function, threads, sharedMemory),
        "asking how many blocks of " + name + " fit");
    return blocks[0];
  }

  /** Its name. */
  public String name() {
    return name;
  }

  long address() {
    return function.address();
  }
}
