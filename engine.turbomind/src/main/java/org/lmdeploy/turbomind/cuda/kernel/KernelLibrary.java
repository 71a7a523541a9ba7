package org.lmdeploy.turbomind.cuda.kernel;

import java.util.HashMap;
import java.util.Map;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.cuda.driver.CudaModule;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.Kernel;

/** The kernels as one device has loaded them, for one type of activations. */
public final class KernelLibrary implements AutoCloseable {
  private final Gpu gpu;
  private final String suffix;
  private final Map<String, CudaModule> modules = new HashMap<>();

  /**
   * A library without a loaded module; they are loaded when a kernel is first asked for.
   *
   * @param activations BF16 or F16
   */
  public KernelLibrary(Gpu gpu, DType activations) {
    this.gpu = gpu;
    this.suffix = activations == DType.BF16 ? "_bf16" : "_f16";
  }

  /** A kernel that has a variant for each type of activations. */
  public Kernel typed(String file, String name) {
    return plain(file, name + suffix);
  }

  /** A kernel that does not depend on the type of activations. */
  public Kernel plain(String file, String name) {
    return modules
        .computeIfAbsent(
            file, missing -> new CudaModule(gpu, missing, KernelFiles.fatBinary(missing)))
        .kernel(name);
  }

  @Override
  public void close() {
    modules.values().forEach(CudaModule::close);
    modules.clear();
  }
}
