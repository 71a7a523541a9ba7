package org.lmdeploy.model.llava;

import org.junit.jupiter.api.Tag;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.testkit.golden.GoldenModel;
import org.lmdeploy.testkit.golden.GoldenScenes;
import org.lmdeploy.turbomind.cuda.CudaDeviceProvider;

/** All scenes on a CUDA device in bf16: the same greedy answers. */
@Tag("gpu")
final class CudaDeviceGoldenTest extends GoldenScenes {
  @Override
  protected GoldenModel model() {
    return TinyLlava.TRANSFORMERS;
  }

  @Override
  protected Device open() {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    return provider.open(GpuDevice.first(provider).id());
  }

  @Override
  protected double imageTolerance() {
    return 3e-2;
  }

  @Override
  protected double logitTolerance() {
    return 5e-2;
  }
}
