package org.lmdeploy.testkit;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;

/** The GPU that tests with the tag {@code gpu} run on. */
public final class GpuDevice {
  private GpuDevice() {}

  /**
   * The first device of a provider. Without one the test is skipped with the reason, or fails where
   * {@code -Dlmdeploy.require} names {@code gpu}.
   */
  public static DeviceInfo first(DeviceProvider provider) {
    List<DeviceInfo> devices = provider.devices();
    if (devices.isEmpty()) {
      String reason = "no " + provider.kind() + " device: " + provider.unavailableReason();
      String required = System.getProperty("lmdeploy.require", "");
      if (Arrays.asList(required.split(",")).contains("gpu")) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
    }
    return devices.getFirst();
  }
}
