package org.lmdeploy.model.llava;

import java.util.stream.IntStream;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.golden.GoldenModel;
import org.lmdeploy.testkit.golden.GoldenScenes;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** A scene in double precision, which takes its time. */
final class ReferenceDeviceGoldenTest extends GoldenScenes {
  @Override
  protected GoldenModel model() {
    return TinyLlava.ORIGINAL;
  }

  @Override
  protected Device open() {
    return new ReferenceDevice();
  }

  @Override
  protected IntStream scenes() {
    return IntStream.of(3);
  }
}
