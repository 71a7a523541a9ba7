package org.lmdeploy.turbomind.cuda.driver;

import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The kernels of one fat binary, loaded on one device. */
public final class CudaModule implements AutoCloseable {
  private final Gpu gpu;
  private final CUmodule module = new CUmodule();
  private final Map<String, Kernel> kernels = new HashMap<>();

  /**
   * Loads a fat binary.
   *
   * @param name for messages
   */
  public CudaModule(Gpu gpu, String name, byte[] fatBinary) {
    this.gpu = gpu;
    gpu.use();
    Cuda.check(JCudaDriver.cuModuleLoadData(module, fatBinary), "loading the kernels of " + name);
  }

  CUmodule handle() {
    return module;
  }

  /** A kernel by its name. */
  public Kernel kernel(String name) {
    return kernels.computeIfAbsent(name, missing -> new Kernel(this, missing));
  }

  @Override
  public void close() {
    gpu.use();
    Cuda.checkFreed(JCudaDriver.cuModuleUnload(module), "unloading kernels");
  }
}
