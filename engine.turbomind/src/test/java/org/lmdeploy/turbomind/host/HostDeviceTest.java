package org.lmdeploy.turbomind.host;

import java.util.List;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.OperatorTestKit;

/** The operator test kit against the host device. */
final class HostDeviceTest extends OperatorTestKit {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }

  /** Multiples of 16 only. */
  @Override
  protected List<Integer> blockSizes() {
    return List.of(16, 64, 48);
  }
}
