package org.lmdeploy.model.llava;

import org.lmdeploy.testkit.golden.GoldenModel;

/** All scenes on the host device, in the original layout. */
final class HostDeviceOriginalGoldenTest extends HostDeviceGoldenTest {
  @Override
  protected GoldenModel model() {
    return TinyLlava.ORIGINAL;
  }
}
