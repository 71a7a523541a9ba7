package org.lmdeploy.model.qwen2vl;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** The models on the host device. */
final class HostDeviceModelTest extends ModelComparison {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
