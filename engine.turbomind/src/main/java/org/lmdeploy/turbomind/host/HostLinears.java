package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.turbomind.host.kernel.Gather;
import org.lmdeploy.turbomind.host.kernel.WeightMatrix;

/** Prepares linear layers: looks up the format of each part, copies biases to fp32. */
final class HostLinears {
  private HostLinears() {}

  static HostLinear prepare(LinearSpec spec, PersistentMemory memory) {
    MemorySegment bias = spec.biases().isEmpty() ? null : biases(spec, memory);
    List<WeightMatrix> parts = new ArrayList<>();
    int column = 0;
    for (LinearRows part : spec.parts()) {
      if (!(part instanceof DenseRows(HostTensor matrix))) {
        throw new UnsupportedFeatureException(
            "the host device does not know the weight format "
                + part.format()
                + "; it knows f32, f16 and bf16");
      }
      int rows = Math.toIntExact(part.outFeatures());
      parts.add(
          new WeightMatrix(
              WeightFormats.of(matrix.dtype()),
              Buffers.plain(matrix.data()),
              0,
              rows,
              Math.toIntExact(part.inFeatures()),
              column,
              bias,
              4L * column));
      column = Math.addExact(column, rows);
    }
    return new HostLinear(List.copyOf(parts), column, spec.inFeatures());
  }

  private static MemorySegment biases(LinearSpec spec, PersistentMemory memory) {
    MemorySegment all = memory.allocate(4 * spec.outFeatures());
    long offset = 0;
    for (HostTensor bias : spec.biases()) {
      int elements = Math.toIntExact(bias.shape().elements());
      Gather.widen(
          WeightFormats.of(bias.dtype()), Buffers.plain(bias.data()), 0, elements, all, offset);
      offset += 4L * elements;
    }
    return all;
  }
}
