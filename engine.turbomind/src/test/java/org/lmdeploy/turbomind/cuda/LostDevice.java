package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/** A process that loses its GPU to a kernel that writes to nowhere, and goes on. */
final class LostDevice {
  private LostDevice() {}

  public static void main(String[] arguments) {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    String id = provider.devices().getFirst().id();
    Device lost = provider.open(id);
    CudaTensor nowhere = new CudaTensor(DType.BF16, Shape.of(1 << 20), 4096);
    lost.ops().activation(nowhere, Activation.RELU);
    DeviceFailureException failure = failure(lost);
    require(failure.getMessage().contains("CUDA error"), "named: " + failure.getMessage());
    require(failure(lost) != null, "it stays lost");
    lost.close();
    require(provider.devices().isEmpty(), "it is not offered any more");
    require(provider.unavailableReason().contains("restart"), provider.unavailableReason());
    try {
      provider.open(id);
      throw new IllegalStateException("a lost device was opened");
    } catch (InvalidRequestException e) {
      require(e.getMessage().contains("lost"), e.getMessage());
    }
    try (Device host = new HostDeviceProvider().open("host")) {
      require(host.ops().download(host.ops().empty(1)).length == 1, "the host device works");
    }
  }

  private static DeviceFailureException failure(Device device) {
    try {
      CudaFailureTest.relu(device, 1);
    } catch (DeviceFailureException e) {
      return e;
    }
    throw new IllegalStateException("a failed kernel was not noticed");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("not so: " + what);
    }
  }
}
