package org.lmdeploy.model.llava;

import java.util.List;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The conversations in double precision. */
final class ReferenceDeviceConversationTest extends ConversationComparison {
  @Override
  protected Device open() {
    return new ReferenceDevice();
  }

  @Override
  protected double tolerance() {
    return 1e-4;
  }

  @Override
  protected List<Layout> layouts() {
    return List.of(Layout.TRANSFORMERS);
  }
}
