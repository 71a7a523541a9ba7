package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Elementwise functions of fp32 rows; {@code out} may be either operand. */
public enum Elementwise {

  /** {@code a + b} */
  ADD(Elementwise::add),
  /** {@code out + a * b}, for example a LayerScale residual with {@code b} a repeated row. */
  MULTIPLY_ADD(Elementwise::multiplyAdd),
  /** {@code a * b} */
  MULTIPLY(Elementwise::multiply),
  /** {@code silu(a) * b}, the gate of a SwiGLU feed-forward. */
  SILU_MULTIPLY(Elementwise::siluMultiply),
  /** {@code gelu_tanh(a) * b}, the gate of a GeGLU feed-forward. */
  GELU_TANH_MULTIPLY(Elementwise::geluTanhMultiply),
  /** {@code a / (1 + e^-a)} */
  SILU(Elementwise::silu),
  /** {@code a / 2 * (1 + erf(a / sqrt 2))} */
  GELU(Elementwise::gelu),
  /** {@code a / 2 * (1 + tanh(sqrt(2 / pi) * (a + 0.044715 a^3)))} */
  GELU_TANH(Elementwise::geluTanh),
  /** {@code a / (1 + e^(-1.702 a))} */
  QUICK_GELU(Elementwise::quickGelu),
  /** {@code max(a, 0)} */
  RELU(Elementwise::relu);

  @FunctionalInterface
  private interface Kernel {
    void run(
        MemorySegment a,
        long ao,
        MemorySegment b,
        long bo,
        MemorySegment out,
        long oo,
        int vectors);
  }

  /** Below this many elements the cost of a dispatch exceeds that of the work. */
  private static final long PARALLEL = 1 << 15;

  private static final FloatVector HALF_SQRT = all(Math.sqrt(0.5));
  // gelu_tanh(a) = a * sigmoid(2 u) with u = sqrt(2 / pi) * a * (1 + 0.044715 a^2)
  private static final FloatVector TANH_LINEAR = all(2 * Math.sqrt(2 / Math.PI));
  private static final FloatVector TANH_CUBIC = all(2 * Math.sqrt(2 / Math.PI) * 0.044715);
  private static final FloatVector QUICK = all(1.702);

  private final Kernel kernel;

  Elementwise(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Applies a function of one operand to {@code rows} rows of {@code n} elements. */
  public void apply(Workers workers, FloatRows a, FloatRows out, int rows, int n) {
    apply(workers, a, a, out, rows, n);
  }

  /** Applies a function of two operands to {@code rows} rows of {@code n} elements. */
  public void apply(Workers workers, FloatRows a, FloatRows b, FloatRows out, int rows, int n) {
    if ((long) rows * n < PARALLEL) {
      for (int r = 0; r < rows; r++) {
        row(a, b, out, r, n);
      }
    } else {
      workers.parallelFor(rows, (r, worker) -> row(a, b, out, r, n));
    }
  }

  private void row(FloatRows a, FloatRows b, FloatRows out, int r, int n) {
    int vectors = n / COUNT;
    kernel.run(a.segment(), a.row(r), b.segment(), b.row(r), out.segment(), out.row(r), vectors);
    int tail = n - vectors * COUNT;
    if (tail > 0) {
      long skip = (long) vectors * BYTES;
      tail(
          a.segment(),
          a.row(r) + skip,
          b.segment(),
          b.row(r) + skip,
          out.segment(),
          out.row(r) + skip,
          4L * tail);
    }
  }

  /**
   * Runs the last elements of a row as one padded vector, so that they take exactly the same path.
   */
  private void tail(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pad = arena.allocate(3L * BYTES, BYTES);
      MemorySegment.copy(a, ao, pad, 0, bytes);
      MemorySegment.copy(b, bo, pad, BYTES, bytes);
      MemorySegment.copy(out, oo, pad, 2L * BYTES, bytes);
      kernel.run(pad, 0, pad, BYTES, pad, 2L * BYTES, 1);
      MemorySegment.copy(pad, 2L * BYTES, out, oo, bytes);
    }
  }

  private static FloatVector at(MemorySegment s, long offset) {
    return FloatVector.fromMemorySegment(F, s, offset, ORDER);
  }

  private static FloatVector all(double value) {
    return FloatVector.broadcast(F, (float) value);
  }

  private static void add(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      at(a, ao + o).add(at(b, bo + o)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void multiplyAdd(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      at(a, ao + o).fma(at(b, bo + o), at(out, oo + o)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void multiply(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      at(a, ao + o).mul(at(b, bo + o)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void siluMultiply(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      FloatVector x = at(a, ao + o);
      x.mul(VectorMath.sigmoid(x)).mul(at(b, bo + o)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void geluTanhMultiply(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      FloatVector x = at(a, ao + o);
      FloatVector u = x.mul(x).fma(TANH_CUBIC, TANH_LINEAR).mul(x);
      x.mul(VectorMath.sigmoid(u)).mul(at(b, bo + o)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void silu(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      FloatVector x = at(a, ao + o);
      x.mul(VectorMath.sigmoid(x)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  /**
   * With e = erfc(|a| / sqrt 2) / 2: a * e left of zero and a - a * e right of it, free of
   * cancellation.
   */
  private static void gelu(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      FloatVector x = at(a, ao + o);
      FloatVector tail = x.mul(VectorMath.erfc(x.abs().mul(HALF_SQRT)).mul(VectorMath.HALF));
      VectorMask<Float> negative = x.compare(VectorOperators.LT, VectorMath.ZERO);
      x.sub(tail).blend(tail, negative).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void geluTanh(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      FloatVector x = at(a, ao + o);
      FloatVector u = x.mul(x).fma(TANH_CUBIC, TANH_LINEAR).mul(x);
      x.mul(VectorMath.sigmoid(u)).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void quickGelu(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      FloatVector x = at(a, ao + o);
      x.mul(VectorMath.sigmoid(x.mul(QUICK))).intoMemorySegment(out, oo + o, ORDER);
    }
  }

  private static void relu(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment out, long oo, int n) {
    for (int v = 0; v < n; v++) {
      long o = (long) v * BYTES;
      at(a, ao + o).max(VectorMath.ZERO).intoMemorySegment(out, oo + o, ORDER);
    }
  }
}
