package org.lmdeploy.turbomind.cuda.driver;

import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/** A function of a loaded module. */
public final class Kernel {
  /** Per cent of the memory. */
  private static final int ALL_SHARED = 100;

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
    // Kernels of neighbours in a stream are on a multiprocessor together, which divides its memory
    // into cache and shared memory once for all of them.
    Cuda.check(
        JCudaDriver.cuFuncSetAttribute(
            function,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT,
            ALL_SHARED),
        "dividing the memory of the kernel " + name);
  }

  /** Allows a block more dynamic shared memory than every chip has. */
  public Kernel withSharedMemory(int bytes) {
    Cuda.check(
        JCudaDriver.cuFuncSetAttribute(
            function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes),
        "giving the kernel " + name + " shared memory of " + bytes + " bytes");
    return this;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  long address() {
    return function.address();
  }
}
