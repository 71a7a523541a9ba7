package org.lmdeploy.model.llava;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.turbomind.cuda.CudaDeviceProvider;

/** The conversations on a CUDA device in bf16, against transformers in float32. */
@Tag("gpu")
final class CudaDeviceConversationTest extends ConversationComparison {
  @Override
  protected Device open() {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    return provider.open(GpuDevice.first(provider).id(), DType.BF16);
  }

  @Override
  protected double tolerance() {
    return 0.1;
  }

  @Override
  protected boolean choosesIds() {
    return false;
  }

  @Override
  protected List<Layout> layouts() {
    return List.of(Layout.TRANSFORMERS);
  }
}
