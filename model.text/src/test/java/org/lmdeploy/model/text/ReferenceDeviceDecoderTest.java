package org.lmdeploy.model.text;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The decoders in double precision. */
final class ReferenceDeviceDecoderTest extends DecoderComparison {
  @Override
  protected Device open() {
    return new ReferenceDevice();
  }
}
