package org.lmdeploy.bench.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The expected numbers are NumPy's. */
class DistributionTest {
  @Test
  void percentilesAreInterpolated() {
    Distribution values = Distribution.of(4, 1, 3, 2);
    assertEquals(2.5, values.mean(), 1e-12);
    assertEquals(1.118033988749895, values.deviation(), 1e-12);
    assertEquals(2.5, values.percentile(50), 1e-12);
    assertEquals(3.25, values.percentile(75), 1e-12);
    assertEquals(3.97, values.percentile(99), 1e-12);
    assertEquals(1, values.min(), 0);
    assertEquals(4, values.max(), 0);
  }

  @Test
  void withoutValuesThereAreNoFigures() {
    assertEquals(Map.of(), Distribution.of().toMap());
    assertTrue(Double.isNaN(Distribution.of().percentile(50)));
  }
}
