package org.lmdeploy.bench.ceiling;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a device did at best in the run that is reported.
 *
 * @param bandwidth bytes moved from or to memory in a second
 * @param matrixRate operations of matrix products in a second, a multiply-add counted as two
 * @param how how each was measured, for people
 */
public record MeasuredCeilings(double bandwidth, double matrixRate, String how) {
  /** Checks that there are numbers. */
  public MeasuredCeilings {
    Objects.requireNonNull(how, "how");
    if (!(bandwidth > 0) || !(matrixRate > 0)) {
      throw new IllegalArgumentException("bandwidth " + bandwidth + ", rate " + matrixRate);
    }
  }

  /** For reports. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("bandwidth_bytes_per_s", bandwidth);
    map.put("matrix_flops", matrixRate);
    map.put("how", how);
    return map;
  }
}
