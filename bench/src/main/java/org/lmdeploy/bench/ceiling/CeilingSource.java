package org.lmdeploy.bench.ceiling;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.lmdeploy.api.ops.DeviceInfo;

/**
 * Finds the ceilings of a device: what was given on the command line, else what the device measures
 * of itself, else, for the machine's processors, what this package measures.
 */
public final class CeilingSource {
  private static final String HOST = "host";

  private final OptionalDouble givenBandwidth;
  private final OptionalDouble givenMatrixRate;
  private final Function<DeviceInfo, Optional<MeasuredCeilings>> devices;

  /**
   * A source.
   *
   * @param givenBandwidth bytes in a second, measured by somebody else in the same run
   * @param givenMatrixRate operations in a second, measured by somebody else in the same run
   * @param devices measures devices that can do so themselves
   */
  public CeilingSource(
      OptionalDouble givenBandwidth,
      OptionalDouble givenMatrixRate,
      Function<DeviceInfo, Optional<MeasuredCeilings>> devices) {
    this.givenBandwidth = givenBandwidth;
    this.givenMatrixRate = givenMatrixRate;
    this.devices = devices;
  }

  /** Measures a device's ceilings now; empty if nobody can. */
  public Optional<MeasuredCeilings> measure(DeviceInfo device) {
    return given().or(() -> measured(device).map(this::overridden));
  }

  /** The ceilings that were given, if both were; for a server whose device is not at hand. */
  public Optional<MeasuredCeilings> given() {
    if (givenBandwidth.isEmpty() || givenMatrixRate.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new MeasuredCeilings(
            givenBandwidth.getAsDouble(),
            givenMatrixRate.getAsDouble(),
            "both given on the command line"));
  }

  private Optional<MeasuredCeilings> measured(DeviceInfo device) {
    Optional<MeasuredCeilings> own = devices.apply(device);
    return own.isPresent() || !device.kind().equals(HOST) ? own : Optional.of(host());
  }

  private MeasuredCeilings overridden(MeasuredCeilings measured) {
    String how = measured.how();
    if (givenBandwidth.isPresent()) {
      how += "; bandwidth instead given on the command line";
    }
    if (givenMatrixRate.isPresent()) {
      how += "; matrix rate instead given on the command line";
    }
    return new MeasuredCeilings(
        givenBandwidth.orElse(measured.bandwidth()),
        givenMatrixRate.orElse(measured.matrixRate()),
        how);
  }

  private static MeasuredCeilings host() {
    try (CeilingMeter meter = new CeilingMeter()) {
      Ceilings ceilings = meter.measure();
      return new MeasuredCeilings(
          ceilings.read().best(),
          ceilings.fma().best(),
          "bandwidth: 1 GiB read with vector loads on all processors; matrix rate: fused"
              + " multiply-adds of fp32 in registers on all processors; the best of some passes");
    }
  }
}
