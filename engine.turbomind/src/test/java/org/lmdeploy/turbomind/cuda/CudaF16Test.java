package org.lmdeploy.turbomind.cuda;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.testkit.OperatorTestKit;

/** The operator test kit against a CUDA device that computes in fp16. */
@Tag("gpu")
final class CudaF16Test extends OperatorTestKit {
  @Override
  protected Device open() {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    return provider.open(GpuDevice.first(provider).id(), DType.F16);
  }

  @Override
  protected List<Integer> blockSizes() {
    return List.of(16, 64, 48);
  }

  @Override
  protected double tolerance(DType type) {
    return type == DType.BF16 ? 1e-2 : super.tolerance(type);
  }

  /** The best kernel differs with the batch, so that sums are rounded differently. */
  @Override
  protected boolean exactRows() {
    return false;
  }
}
