package org.lmdeploy.model.llava;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** The conversations on the host device. */
final class HostDeviceConversationTest extends ConversationComparison {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
