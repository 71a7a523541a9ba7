package org.lmdeploy.model.llava;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.golden.GoldenModel;
import org.lmdeploy.testkit.golden.GoldenScenes;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** All scenes on the host device, in the layout of transformers. */
class HostDeviceGoldenTest extends GoldenScenes {
  @Override
  protected GoldenModel model() {
    return TinyLlava.TRANSFORMERS;
  }

  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
