package org.lmdeploy.model.text;

import org.junit.jupiter.api.Tag;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.turbomind.cuda.CudaDeviceProvider;

/** The decoders on a CUDA device in bf16, against transformers in float32. */
@Tag("gpu")
final class CudaDeviceDecoderTest extends DecoderComparison {
  @Override
  protected Device open() {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    return provider.open(GpuDevice.first(provider).id(), DType.BF16);
  }

  /** Of bf16 weights and activations in several layers. */
  @Override
  protected double tolerance() {
    return 4e-2;
  }

  @Override
  protected boolean choosesIds() {
    return false;
  }
}
