package org.lmdeploy.model.text;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** The decoders on the host device. */
final class HostDeviceDecoderTest extends DecoderComparison {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
