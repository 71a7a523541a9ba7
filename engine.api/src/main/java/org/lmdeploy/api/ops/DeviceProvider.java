package org.lmdeploy.api.ops;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.tensor.DType;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that knows the devices of one kind. */
@ConsumerType
public interface DeviceProvider {
  /** The kind: {@code host}, {@code cuda}. */
  String kind();

  /** Engines whose models may run on these devices, for example {@code turbomind}. */
  List<String> engines();

  /** Higher is tried first when no device is asked for. */
  int preference();

  /** The devices that can be used now; empty with the reason in {@link #unavailableReason()}. */
  List<DeviceInfo> devices();

  /** Why there are no devices, or an empty text. */
  String unavailableReason();

  /**
   * Opens a device for one model.
   *
   * @param id one of {@link #devices()}
   * @throws org.lmdeploy.api.error.DeviceFailureException if it cannot be used
   */
  Device open(String id);

  /**
   * Opens a device for one model whose weights have this type, which activations take if the device
   * computes in it.
   *
   * @param id one of {@link #devices()}
   * @throws org.lmdeploy.api.error.DeviceFailureException if it cannot be used
   */
  default Device open(String id, DType weights) {
    return open(id);
  }

  /**
   * Measures what a device can do; takes seconds.
   *
   * @param id one of {@link #devices()}
   * @return empty if this provider cannot measure it
   */
  default Optional<DeviceCeilings> ceilings(String id) {
    return Optional.empty();
  }
}
