package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceCeilings;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.cuda.driver.Cuda;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.kernel.KernelFiles;
import org.osgi.service.component.annotations.Component;

/** The NVIDIA devices of this machine. */
@Component
public final class CudaDeviceProvider implements DeviceProvider {
  private static final String KIND = "cuda";

  /** The first chips with bf16 tensor cores and asynchronous copies. */
  private static final int LEAST_CAPABILITY = 80;

  private List<DeviceInfo> found;
  private String reason = "";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public List<String> engines() {
    return List.of("turbomind");
  }

  /** Above the host device. */
  @Override
  public int preference() {
    return 100;
  }

  @Override
  public synchronized List<DeviceInfo> devices() {
    look();
    return Cuda.unavailableReason().isEmpty() ? found : List.of();
  }

  @Override
  public synchronized String unavailableReason() {
    look();
    return found.isEmpty() ? reason : Cuda.unavailableReason();
  }

  /** Looks once: devices do not come while a process runs. */
  private void look() {
    if (found != null) {
      return;
    }
    List<DeviceInfo> usable = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    String missing = Cuda.unavailableReason();
    if (missing.isEmpty()) {
      missing = KernelFiles.unavailableReason();
    }
    if (missing.isEmpty()) {
      for (int ordinal = 0; ordinal < Cuda.deviceCount(); ordinal++) {
        describe(ordinal, usable, refused);
      }
      missing = String.join("; ", refused);
    }
    reason = missing;
    found = List.copyOf(usable);
  }

  private static void describe(int ordinal, List<DeviceInfo> usable, List<String> refused) {
    try (Gpu gpu = new Gpu(ordinal)) {
      int capability = gpu.computeCapability();
      if (capability < LEAST_CAPABILITY) {
        refused.add(
            "%s:%d (%s) has compute capability %d.%d; 8.0 (Ampere) or later is needed"
                .formatted(KIND, ordinal, gpu.name(), capability / 10, capability % 10));
        return;
      }
      usable.add(
          new DeviceInfo(
              KIND + ":" + ordinal,
              KIND,
              gpu.name(),
              gpu.totalMemory(),
              false,
              List.of(
                  "compute capability %d.%d, %d multiprocessors"
                      .formatted(capability / 10, capability % 10, gpu.multiprocessors()),
                  "driver for CUDA " + Cuda.driverVersion(),
                  "kernels: " + KernelFiles.description())));
    } catch (RuntimeException e) {
      refused.add("%s:%d cannot be used: %s".formatted(KIND, ordinal, e.getMessage()));
    }
  }

  @Override
  public Device open(String id) {
    return open(id, DType.BF16);
  }

  @Override
  public Device open(String id, DType weights) {
    DeviceInfo info =
        devices().stream()
            .filter(device -> device.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "device",
                        "no device "
                            + id
                            + "; there are "
                            + devices().stream().map(DeviceInfo::id).toList()
                            + " "
                            + unavailableReason()));
    return new CudaDevice(info, Integer.parseInt(id.substring(KIND.length() + 1)), weights);
  }

  @Override
  public Optional<DeviceCeilings> ceilings(String id) {
    try (CudaDevice device = (CudaDevice) open(id)) {
      return Optional.of(CudaCeilings.measure(device));
    }
  }
}
