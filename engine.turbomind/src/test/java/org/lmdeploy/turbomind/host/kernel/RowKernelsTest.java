package org.lmdeploy.turbomind.host.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowKernelsTest {

  private static final Workers WORKERS = new Workers(2);

  private final Random random = new Random(5);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  @ParameterizedTest
  @EnumSource(Elementwise.class)
  void elementwiseMatchesDoubleReference(Elementwise function) {
    int n = 1003;
    int rows = 40;
    MemorySegment a = TestData.floats(random, (long) rows * n, 0);
    for (int i = 0; i < n; i++) {
      a.setAtIndex(Lanes.FLOAT, i, (i - n / 2) * 0.02f);
    }
    MemorySegment b = TestData.floats(random, (long) rows * n, 4);
    MemorySegment out = TestData.floats(random, (long) rows * n, 0);
    MemorySegment before = Arena.ofAuto().allocate(out.byteSize()).copyFrom(out);
    function.apply(
        WORKERS, new FloatRows(a, 0, n), new FloatRows(b, 4, n), new FloatRows(out, 0, n), rows, n);
    for (long i = 0; i < (long) rows * n; i++) {
      double x = TestData.get(a, 0, i);
      double y = TestData.get(b, 4, i);
      double expected =
          switch (function) {
            case ADD -> x + y;
            case MULTIPLY -> x * y;
            case MULTIPLY_ADD -> TestData.get(before, 0, i) + x * y;
            case SILU_MULTIPLY -> x / (1 + Math.exp(-x)) * y;
            case SILU -> x / (1 + Math.exp(-x));
            case GELU_TANH -> geluTanh(x);
            case GELU_TANH_MULTIPLY -> geluTanh(x) * y;
            case GELU -> x * normal(x);
            case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
            case RELU -> Math.max(x, 0);
          };
      assertEquals(
          expected,
          TestData.get(out, 0, i),
          4e-7 + 1e-6 * Math.abs(expected),
          function + " of " + x);
    }
    // The first row alone, in place.
    MemorySegment row = Arena.ofAuto().allocate(4L * n);
    MemorySegment.copy(function == Elementwise.MULTIPLY_ADD ? before : a, 0, row, 0, 4L * n);
    function.apply(
        WORKERS,
        function == Elementwise.MULTIPLY_ADD ? new FloatRows(a, 0, n) : new FloatRows(row, 0, n),
        new FloatRows(b, 4, n),
        new FloatRows(row, 0, n),
        1,
        n);
    assertEquals(-1, row.mismatch(out.asSlice(0, 4L * n)));
  }

  private static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /** Normal distribution function by Simpson's rule. */
  private static double normal(double x) {
    int steps = 400;
    double h = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-0.5 * i * h * i * h);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 64, 127, 2048, 2051})
  void normsMatchDoubleReference(int n) {
    int rows = 33;
    MemorySegment x = TestData.floats(random, (long) rows * n, 0);
    MemorySegment r = TestData.floats(random, (long) rows * n, 0);
    MemorySegment w = TestData.floats(random, n, 0);
    MemorySegment b = TestData.floats(random, n, 0);
    MemorySegment rms = Arena.ofAuto().allocate(x.byteSize());
    MemorySegment layer = Arena.ofAuto().allocate(x.byteSize());
    FloatRows weight = FloatRows.repeated(w, 0);
    Norms.layer(
        WORKERS,
        new FloatRows(x, 0, n),
        rows,
        n,
        weight,
        FloatRows.repeated(b, 0),
        1e-5f,
        new FloatRows(layer, 0, n));
    MemorySegment total = Arena.ofAuto().allocate(x.byteSize()).copyFrom(r);
    Norms.addRms(
        WORKERS,
        new FloatRows(total, 0, n),
        new FloatRows(x, 0, n),
        rows,
        n,
        weight,
        1e-6f,
        new FloatRows(rms, 0, n));
    for (int i = 0; i < rows; i++) {
      double mean = 0;
      double square = 0;
      for (int j = 0; j < n; j++) {
        long at = (long) i * n + j;
        mean += TestData.get(x, 0, at) / (double) n;
        square += Math.pow(TestData.get(total, 0, at), 2) / n;
        assertEquals(TestData.get(x, 0, at) + TestData.get(r, 0, at), TestData.get(total, 0, at));
      }
      double variance = 0;
      for (int j = 0; j < n; j++) {
        variance += Math.pow(TestData.get(x, 0, (long) i * n + j) - mean, 2) / n;
      }
      for (int j = 0; j < n; j++) {
        long at = (long) i * n + j;
        double expected =
            TestData.get(total, 0, at) / Math.sqrt(square + 1e-6f) * TestData.get(w, 0, j);
        assertEquals(expected, TestData.get(rms, 0, at), 1e-6 * Math.abs(expected));
        double scaled =
            (TestData.get(x, 0, at) - mean) / Math.sqrt(variance + 1e-5f) * TestData.get(w, 0, j);
        assertEquals(
            scaled + TestData.get(b, 0, j), TestData.get(layer, 0, at), n == 1 ? 1e-4 : 4e-6);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rotary.class)
  void rotaryRotatesPairs(Rotary rotary) {
    int tokens = 9;
    int heads = 3;
    int dim = 80;
    int half = 36;
    MemorySegment x = TestData.floats(random, (long) tokens * heads * dim, 0);
    MemorySegment before = Arena.ofAuto().allocate(x.byteSize()).copyFrom(x);
    MemorySegment cos = TestData.floats(random, (long) tokens * half, 0);
    MemorySegment sin = TestData.floats(random, (long) tokens * half, 0);
    rotary.apply(
        WORKERS,
        new FloatRows(x, 0, (long) heads * dim),
        tokens,
        heads,
        dim,
        2 * half,
        new FloatRows(cos, 0, half),
        new FloatRows(sin, 0, half));
    for (int t = 0; t < tokens; t++) {
      for (int h = 0; h < heads; h++) {
        long base = ((long) t * heads + h) * dim;
        for (int i = 0; i < half; i++) {
          long a = base + (rotary == Rotary.HALF ? i : 2 * i);
          long b = base + (rotary == Rotary.HALF ? i + half : 2 * i + 1);
          double c = TestData.get(cos, 0, (long) t * half + i);
          double s = TestData.get(sin, 0, (long) t * half + i);
          double u = TestData.get(before, 0, a);
          double v = TestData.get(before, 0, b);
          assertEquals(u * c - v * s, TestData.get(x, 0, a), 1e-6);
          assertEquals(v * c + u * s, TestData.get(x, 0, b), 1e-6);
        }
        for (int i = 2 * half; i < dim; i++) {
          assertEquals(TestData.get(before, 0, base + i), TestData.get(x, 0, base + i));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void embeddingWidensRows(WeightFormat format) {
    int n = 1000;
    int[] ids = new int[80];
    MemorySegment table = TestData.weights(random, format, 50L * n, 2);
    MemorySegment out = Arena.ofAuto().allocate(4L * ids.length * n);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.nextInt(50);
    }
    Gather.embedding(WORKERS, format, table, 2, n, ids, new FloatRows(out, 0, n));
    for (int i = 0; i < ids.length; i++) {
      for (int j = 0; j < n; j++) {
        assertEquals(
            TestData.weight(format, table, 2, (long) ids[i] * n + j),
            TestData.get(out, 0, (long) i * n + j));
      }
    }
  }

  @Test
  void patchesFollowConvolutionOrder() {
    MemorySegment image = TestData.floats(random, 3L * 9 * 13, 0);
    MemorySegment out = Arena.ofAuto().allocate(4L * 6 * 48);
    Gather.patches(WORKERS, image, 0, 3, 9, 13, 4, new FloatRows(out, 0, 48));
    for (int p = 0; p < 6; p++) {
      for (int e = 0; e < 48; e++) {
        int y = p / 3 * 4 + e % 16 / 4;
        int x = p % 3 * 4 + e % 4;
        assertEquals(
            TestData.get(image, 0, (e / 16 * 9 + y) * 13L + x), TestData.get(out, 0, p * 48L + e));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 1000, 49155})
  void logitReductions(int n) {
    MemorySegment x = TestData.floats(random, n, 0);
    int best = n / 3;
    x.setAtIndex(Lanes.FLOAT, best, 9f);
    x.setAtIndex(Lanes.FLOAT, n - 1, 9f);
    assertEquals(Math.min(best, n - 1), Logits.argmax(x, 0, n));
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(TestData.get(x, 0, i));
    }
    MemorySegment log = Arena.ofAuto().allocate(4L * n);
    MemorySegment soft = Arena.ofAuto().allocate(4L * n);
    Logits.logSoftmax(x, 0, n, log, 0);
    Logits.softmax(x, 0, n, soft, 0);
    for (int i = 0; i < n; i++) {
      double expected = TestData.get(x, 0, i) - Math.log(sum);
      assertEquals(expected, TestData.get(log, 0, i), 2e-6);
      assertEquals(Math.exp(expected), TestData.get(soft, 0, i), 2e-6 * Math.exp(expected));
    }
  }

  @Test
  void exponentialsAreAccurateAndExactAtZero() {
    float[] x = new float[Lanes.COUNT];
    float[] y = new float[Lanes.COUNT];
    for (int i = -86_000; i <= 86_000; i += Lanes.COUNT) {
      for (int j = 0; j < x.length; j++) {
        x[j] = (i + j) * 0.001f;
      }
      var v = jdk.incubator.vector.FloatVector.fromArray(Lanes.F, x, 0);
      VectorMath.exp(v).intoArray(y, 0);
      for (int j = 0; j < x.length; j++) {
        assertEquals(1, y[j] / Math.exp(x[j]), 3e-7);
      }
      VectorMath.exp2(v).intoArray(y, 0);
      for (int j = 0; j < x.length; j++) {
        assertEquals(1, y[j] / Math.pow(2, x[j]), 2e-7);
      }
    }
    float[] zero = new float[Lanes.COUNT];
    VectorMath.exp2(VectorMath.ZERO).intoArray(y, 0);
    java.util.Arrays.fill(zero, 1f);
    assertArrayEquals(zero, y);
    VectorMath.exp2(VectorMath.ZERO.broadcast(Float.NEGATIVE_INFINITY)).intoArray(y, 0);
    assertEquals(0f, y[0]);
  }
}
