package org.lmdeploy.model.qwenvl;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The formulas in double precision. */
final class ReferenceDeviceFormulaTest extends FormulaComparison {
  @Override
  protected Device open() {
    return new ReferenceDevice();
  }
}
