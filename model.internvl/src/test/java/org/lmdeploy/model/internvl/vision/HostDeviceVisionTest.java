package org.lmdeploy.model.internvl.vision;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** InternViT on the host device. */
final class HostDeviceVisionTest extends VisionComparison {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
