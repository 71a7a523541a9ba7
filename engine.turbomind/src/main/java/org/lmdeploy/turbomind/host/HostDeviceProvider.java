package org.lmdeploy.turbomind.host;

import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.osgi.service.component.annotations.Component;

/** The machine's own processors: there is always exactly this one device. */
@Component
public final class HostDeviceProvider implements DeviceProvider {
  private static final String ID = "host";
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  @Override
  public String kind() {
    return ID;
  }

  @Override
  public List<String> engines() {
    return List.of("turbomind");
  }

  /** Below every accelerator. */
  @Override
  public int preference() {
    return 0;
  }

  @Override
  public List<DeviceInfo> devices() {
    return unavailableReason().isEmpty() ? List.of(HostMachine.describe(ID)) : List.of();
  }

  @Override
  public String unavailableReason() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()
        ? ""
        : "this JVM was started without --add-modules " + VECTOR_MODULE;
  }

  @Override
  public Device open(String id) {
    if (!ID.equals(id)) {
      throw new InvalidRequestException("device", "no device " + id + "; there is " + ID);
    }
    HostWarmUp.start();
    return new HostDevice(HostMachine.describe(ID));
  }
}
