package org.lmdeploy.model.qwenvl;

import org.lmdeploy.api.ops.Device;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** The formulas on the host device. */
final class HostDeviceFormulaTest extends FormulaComparison {
  @Override
  protected Device open() {
    return new HostDeviceProvider().open("host");
  }
}
