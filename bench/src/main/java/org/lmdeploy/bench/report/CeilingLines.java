package org.lmdeploy.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;
import org.lmdeploy.bench.work.Roofline;

/** What a printed report says of the device's ceilings and of what a model needs. */
final class CeilingLines {
  private CeilingLines() {}

  static List<String> of(Optional<Roofline> roofline) {
    if (roofline.isEmpty()) {
      return List.of(
          "ceilings: not known: no measurement of this device; give 'lmdeploy benchmark'"
              + " --copy-bandwidth and --matrix-rate for shares");
    }
    Roofline roof = roofline.get();
    MeasuredCeilings ceilings = roof.ceilings();
    return List.of(
        String.format(
            Locale.ROOT,
            "ceilings: %.1f GB/s, %.3f TFLOP/s (%s)",
            ceilings.bandwidth() * 1e-9,
            ceilings.matrixRate() * 1e-12,
            ceilings.how()),
        String.format(
            Locale.ROOT,
            "a step reads %s of weights and %.0f bytes for each token in the KV cache",
            Numbers.bytes(roof.weightBytes()),
            roof.kvTokenBytes()));
  }
}
