package org.lmdeploy.testkit;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The kit and the reference device agree with themselves. */
final class ReferenceDeviceTest extends OperatorTestKit {
  @Override
  protected Device open() {
    return new ReferenceDevice();
  }
}
