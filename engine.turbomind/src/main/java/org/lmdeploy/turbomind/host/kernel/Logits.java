package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.FLOAT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Reductions over one row of logits. */
public final class Logits {

  private static final int BLOCK = 1024;

  private Logits() {}

  /** Index of the largest element, the first of equals. */
  public static int argmax(MemorySegment x, long xo, int n) {
    float max = max(x, xo, n);
    for (int i = 0; i < n; i++) {
      if (x.get(FLOAT, xo + 4L * i) == max) {
        return i;
      }
    }
    return 0;
  }

  /** Largest element. */
  public static float max(MemorySegment x, long xo, int n) {
    float max = Float.NEGATIVE_INFINITY;
    int i = 0;
    if (n >= COUNT) {
      FloatVector top = FloatVector.fromMemorySegment(F, x, xo, ORDER);
      for (i = COUNT; i + COUNT <= n; i += COUNT) {
        top = FloatVector.fromMemorySegment(F, x, xo + 4L * i, ORDER).max(top);
      }
      max = Lanes.max(top);
    }
    for (; i < n; i++) {
      max = Math.max(max, x.get(FLOAT, xo + 4L * i));
    }
    return max;
  }

  /** {@code log(sum_i e^x_i)}. */
  public static double logSumExp(MemorySegment x, long xo, int n) {
    float max = max(x, xo, n);
    return max + StrictMath.log(sumOfExponentials(x, xo, n, max));
  }

  /** {@code out_i = x_i - log(sum_j e^x_j)}; {@code out} may be the input. */
  public static void logSoftmax(MemorySegment x, long xo, int n, MemorySegment out, long oo) {
    double norm = logSumExp(x, xo, n);
    for (int i = 0; i < n; i++) {
      out.set(FLOAT, oo + 4L * i, (float) (x.get(FLOAT, xo + 4L * i) - norm));
    }
  }

  /** {@code out_i = e^x_i / sum_j e^x_j}; {@code out} may be the input. */
  public static void softmax(MemorySegment x, long xo, int n, MemorySegment out, long oo) {
    float max = max(x, xo, n);
    float inverse = (float) (1 / sumOfExponentials(x, xo, n, max));
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      VectorMath.exp(FloatVector.fromMemorySegment(F, x, xo + 4L * i, ORDER).sub(max))
          .mul(inverse)
          .intoMemorySegment(out, oo + 4L * i, ORDER);
    }
    for (; i < n; i++) {
      out.set(
          FLOAT, oo + 4L * i, (float) StrictMath.exp(x.get(FLOAT, xo + 4L * i) - max) * inverse);
    }
  }

  /**
   * Sums blocks in fp32 lanes and their totals in fp64, since a vocabulary is too long for one fp32
   * sum.
   */
  private static double sumOfExponentials(MemorySegment x, long xo, int n, float max) {
    double sum = 0;
    int i = 0;
    while (i + COUNT <= n) {
      int end = Math.min(n, i + BLOCK);
      FloatVector total = FloatVector.zero(F);
      for (; i + COUNT <= end; i += COUNT) {
        total =
            VectorMath.exp(FloatVector.fromMemorySegment(F, x, xo + 4L * i, ORDER).sub(max))
                .add(total);
      }
      sum += Lanes.sum(total);
    }
    for (; i < n; i++) {
      sum += StrictMath.exp(x.get(FLOAT, xo + 4L * i) - max);
    }
    return sum;
  }
}
