package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Start and end of the accumulators of a matrix product, one vector per element of the result. */
final class Fold {

  private Fold() {}

  /** Sets {@code vectors} accumulators to zero. */
  static void clear(MemorySegment acc, long ao, int vectors) {
    FloatVector zero = FloatVector.zero(F);
    for (int v = 0; v < vectors; v++) {
      zero.intoMemorySegment(acc, ao + (long) v * BYTES, ORDER);
    }
  }

  /**
   * Sums the lanes of {@code rows} adjacent accumulators, adds the bias and writes them to one row
   * of the result.
   */
  static void store(
      WeightMatrix w, int row, int rows, MemorySegment acc, long ao, FloatRows y, int yRow) {
    MemorySegment out = y.segment();
    long oo = y.row(yRow) + 4L * (w.outputColumn() + row);
    for (int r = 0; r < rows; r++) {
      float sum = Lanes.sum(FloatVector.fromMemorySegment(F, acc, ao + (long) r * BYTES, ORDER));
      out.set(Lanes.FLOAT, oo + 4L * r, sum + w.bias(row + r));
    }
  }
}
