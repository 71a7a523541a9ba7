package org.lmdeploy.model.qwen2vl;

import org.junit.jupiter.api.Tag;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.turbomind.cuda.CudaDeviceProvider;

/** The models on a CUDA device in bf16, against transformers in float32. */
@Tag("gpu")
final class CudaDeviceModelTest extends ModelComparison {
  @Override
  protected Device open() {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    return provider.open(GpuDevice.first(provider).id(), DType.BF16);
  }

  /** Of bf16 weights and activations in several layers; wrong angles are off by more than 0.5. */
  @Override
  protected double tolerance() {
    return 0.1;
  }

  @Override
  protected boolean choosesIds() {
    return false;
  }
}
