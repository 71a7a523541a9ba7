package org.lmdeploy.turbomind.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.testkit.GpuDevice;

/** What goes wrong on a device is told as what it is, and the process can go on. */
@Tag("gpu")
final class CudaFailureTest {
  private final CudaDeviceProvider provider = new CudaDeviceProvider();
  private final String id = GpuDevice.first(provider).id();

  private static float[] relu(Device device, float... values) {
    try (Arena arena = Arena.ofConfined();
        Frame _ = device.ops().frame()) {
      HostTensor host =
          new HostTensor(
              DType.F32,
              Shape.of(values.length),
              arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
      var x = device.ops().upload(host);
      device.ops().activation(x, Activation.RELU);
      return device.ops().download(x);
    }
  }

  @Test
  void aFailedKernelLosesTheDeviceButNotTheProcess() {
    Device lost = provider.open(id);
    CudaTensor nowhere = new CudaTensor(DType.BF16, Shape.of(1 << 20), 4096);
    DeviceFailureException failure =
        assertThrows(
            DeviceFailureException.class,
            () -> {
              lost.ops().activation(nowhere, Activation.RELU);
              relu(lost, 1);
            });
    assertTrue(failure.getMessage().contains("CUDA error"), failure.getMessage());
    assertThrows(DeviceFailureException.class, () -> relu(lost, 1), "it stays lost");
    lost.close();
    try (Device again = provider.open(id)) {
      assertArrayEquals(new float[] {0, 2}, relu(again, -1, 2));
    }
  }

  @Test
  void tooLargeACacheSaysWhatToLower() {
    try (Device device = provider.open(id)) {
      DeviceFailureException failure =
          assertThrows(
              DeviceFailureException.class,
              () -> device.kvCache(new KvLayout(80, 64, 128), 64, 1_000_000));
      assertTrue(failure.getMessage().contains("cache_max_entry_count"), failure.getMessage());
      assertArrayEquals(new float[] {3}, relu(device, 3), "nothing is lost by it");
    }
  }

  @Test
  void tooLargeAStepSaysWhatToLower() {
    try (Device device = provider.open(id)) {
      DeviceFailureException failure =
          assertThrows(DeviceFailureException.class, () -> device.reserveActivations(1L << 45));
      assertTrue(failure.getMessage().contains("max_prefill_token_num"), failure.getMessage());
    }
  }

  @Test
  void everythingIsGivenBack() {
    relu(id); // whatever the driver keeps for good is there afterwards
    try (Device device = provider.open(id)) {
      long before = device.freeMemory();
      for (int i = 0; i < 3; i++) {
        try (Device other = provider.open(id)) {
          other.reserveActivations(512 << 20);
          other.allocate(1 << 20, 64);
          relu(other, 1, -1);
          assertTrue(device.freeMemory() < before - (512 << 20));
        }
      }
      long lost = before - device.freeMemory();
      assertTrue(lost < 64 << 20, lost + " bytes are not given back");
    }
  }

  private void relu(String name) {
    try (Device device = provider.open(name)) {
      relu(device, 1);
    }
  }

  @Test
  void anUnknownDeviceIsNamed() {
    InvalidRequestException failure =
        assertThrows(InvalidRequestException.class, () -> provider.open("cuda:99"));
    assertTrue(failure.getMessage().contains(id), failure.getMessage());
    assertEquals("device", failure.parameter().orElseThrow());
  }
}
