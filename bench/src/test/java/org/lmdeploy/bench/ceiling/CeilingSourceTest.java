package org.lmdeploy.bench.ceiling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.ops.DeviceInfo;

class CeilingSourceTest {
  private static final DeviceInfo DEVICE =
      new DeviceInfo("cuda:0", "cuda", "a device", 1, false, List.of());
  private static final MeasuredCeilings OWN = new MeasuredCeilings(3e12, 8e14, "by itself");
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void aDeviceMeasuresItself() {
    assertEquals(Optional.of(OWN), source(NONE, NONE, Optional.of(OWN)).measure(DEVICE));
  }

  @Test
  void whatNobodyMeasuresIsNotKnown() {
    assertEquals(Optional.empty(), source(NONE, NONE, Optional.empty()).measure(DEVICE));
  }

  @Test
  void whatIsGivenIsToldAsGiven() {
    MeasuredCeilings both =
        source(OptionalDouble.of(1), OptionalDouble.of(2), Optional.empty())
            .measure(DEVICE)
            .orElseThrow();
    assertEquals(new MeasuredCeilings(1, 2, "both given on the command line"), both);
    MeasuredCeilings one =
        source(OptionalDouble.of(1), NONE, Optional.of(OWN)).measure(DEVICE).orElseThrow();
    assertEquals(1, one.bandwidth(), 0);
    assertEquals(8e14, one.matrixRate(), 0);
    assertTrue(one.how().contains("bandwidth instead given"), one::how);
  }

  private static CeilingSource source(
      OptionalDouble bandwidth, OptionalDouble rate, Optional<MeasuredCeilings> own) {
    return new CeilingSource(bandwidth, rate, device -> own);
  }
}
