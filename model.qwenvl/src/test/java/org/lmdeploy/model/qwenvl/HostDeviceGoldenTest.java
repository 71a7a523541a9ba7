package org.lmdeploy.model.qwenvl;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.golden.GoldenModel;
import org.lmdeploy.testkit.golden.GoldenScenes;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** All scenes on the host device. */
final class HostDeviceGoldenTest extends GoldenScenes {
  @Override
  protected GoldenModel model() {
    return TinyQwenVl.GOLDEN;
  }

  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
