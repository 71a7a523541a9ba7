package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.FLOAT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Normalisations of fp32 rows, each row by itself. Weights and biases are fp32 vectors; {@code out}
 * may be the input.
 */
public final class Norms {

  private static final long PARALLEL = 1 << 15;

  private Norms() {}

  /** {@code out = x / sqrt(mean(x^2) + eps) * weight}. Per-head norms pass one row per head. */
  public static void rms(
      Workers workers, FloatRows x, int rows, int n, FloatRows weight, float eps, FloatRows out) {
    forRows(
        workers,
        rows,
        n,
        (r, worker) -> {
          double mean = (double) sumOfSquares(x.segment(), x.row(r), n, 0f) / n;
          float inverse = (float) (1 / Math.sqrt(mean + eps));
          scale(
              x.segment(),
              x.row(r),
              n,
              0f,
              inverse,
              weight.segment(),
              weight.row(r),
              out.segment(),
              out.row(r));
        });
  }

  /** {@code residual += x; out = rms(residual) * weight}. */
  public static void addRms(
      Workers workers,
      FloatRows residual,
      FloatRows x,
      int rows,
      int n,
      FloatRows weight,
      float eps,
      FloatRows out) {
    Elementwise.ADD.apply(workers, residual, x, residual, rows, n);
    rms(workers, residual, rows, n, weight, eps, out);
  }

  /** {@code out = (x - mean) / sqrt(variance + eps) * weight + bias}; {@code bias} may be null. */
  public static void layer(
      Workers workers,
      FloatRows x,
      int rows,
      int n,
      FloatRows weight,
      FloatRows bias,
      float eps,
      FloatRows out) {
    forRows(
        workers,
        rows,
        n,
        (r, worker) -> {
          float mean = sum(x.segment(), x.row(r), n) / n;
          double variance = (double) sumOfSquares(x.segment(), x.row(r), n, mean) / n;
          float inverse = (float) (1 / Math.sqrt(variance + eps));
          scale(
              x.segment(),
              x.row(r),
              n,
              mean,
              inverse,
              weight.segment(),
              weight.row(r),
              out.segment(),
              out.row(r));
        });
    if (bias != null) {
      Elementwise.ADD.apply(workers, out, bias, out, rows, n);
    }
  }

  private static void forRows(Workers workers, int rows, int n, Workers.Task body) {
    if ((long) rows * n < PARALLEL) {
      for (int r = 0; r < rows; r++) {
        body.run(r, 0);
      }
    } else {
      workers.parallelFor(rows, body);
    }
  }

  private static float sum(MemorySegment x, long xo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    int i = 0;
    for (; i + 2 * COUNT <= n; i += 2 * COUNT) {
      a = FloatVector.fromMemorySegment(F, x, xo + 4L * i, ORDER).add(a);
      b = FloatVector.fromMemorySegment(F, x, xo + 4L * i + BYTES, ORDER).add(b);
    }
    float total = Lanes.sum(a.add(b));
    for (; i < n; i++) {
      total += x.get(FLOAT, xo + 4L * i);
    }
    return total;
  }

  /** Sum of {@code (x - centre)^2}. */
  private static float sumOfSquares(MemorySegment x, long xo, int n, float centre) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = FloatVector.broadcast(F, centre);
    int i = 0;
    for (; i + 2 * COUNT <= n; i += 2 * COUNT) {
      FloatVector u = FloatVector.fromMemorySegment(F, x, xo + 4L * i, ORDER).sub(c);
      FloatVector v = FloatVector.fromMemorySegment(F, x, xo + 4L * i + BYTES, ORDER).sub(c);
      a = u.fma(u, a);
      b = v.fma(v, b);
    }
    float total = Lanes.sum(a.add(b));
    for (; i < n; i++) {
      float u = x.get(FLOAT, xo + 4L * i) - centre;
      total = Math.fma(u, u, total);
    }
    return total;
  }

  /** {@code out = (x - centre) * inverse * weight}. */
  private static void scale(
      MemorySegment x,
      long xo,
      int n,
      float centre,
      float inverse,
      MemorySegment w,
      long wo,
      MemorySegment out,
      long oo) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector.fromMemorySegment(F, x, xo + 4L * i, ORDER)
          .sub(centre)
          .mul(inverse)
          .mul(FloatVector.fromMemorySegment(F, w, wo + 4L * i, ORDER))
          .intoMemorySegment(out, oo + 4L * i, ORDER);
    }
    for (; i < n; i++) {
      float value = (x.get(FLOAT, xo + 4L * i) - centre) * inverse * w.get(FLOAT, wo + 4L * i);
      out.set(FLOAT, oo + 4L * i, value);
    }
  }
}
