package org.lmdeploy.model.qwen2vl;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The models in double precision. */
final class ReferenceDeviceModelTest extends ModelComparison {
  @Override
  protected Device open() {
    return new ReferenceDevice();
  }
}
