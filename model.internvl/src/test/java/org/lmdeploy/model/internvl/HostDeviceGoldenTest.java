package org.lmdeploy.model.internvl;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** All scenes on the host device. */
final class HostDeviceGoldenTest extends GoldenScenes {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
