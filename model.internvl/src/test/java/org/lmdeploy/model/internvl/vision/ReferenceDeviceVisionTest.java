package org.lmdeploy.model.internvl.vision;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** InternViT in double precision. */
final class ReferenceDeviceVisionTest extends VisionComparison {
  @Override
  protected Device open() {
    return new ReferenceDevice();
  }
}
