package org.lmdeploy.turbomind.host.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatMulTest {

  private static final int[] BATCHES = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33, 64, 130};
  private static final int[][] SHAPES = {
    {1, 1}, {7, 31}, {13, 67}, {25, 129}, {48, 2048}, {50, 1100}, {101, 2063}
  };
  private static final Workers WORKERS = new Workers(3);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void matchesDoubleReferenceAndIsIndependentOfTheBatch(WeightFormat format) {
    MatMul matMul = new MatMul(new Workspace(WORKERS));
    MatMul alone = new MatMul(new Workspace(new Workers(1)));
    Random random = new Random(7);
    for (int[] shape : SHAPES) {
      int n = shape[0];
      int k = shape[1];
      int skip = 6;
      int most = BATCHES[BATCHES.length - 1];
      MemorySegment x = TestData.floats(random, (long) most * (k + 3), 4);
      MemorySegment w = TestData.weights(random, format, (long) n * k, skip);
      MemorySegment bias = TestData.floats(random, n, 0);
      WeightMatrix matrix = new WeightMatrix(format, w, skip, n, k, 2, bias, 0);
      int stride = n + 5;
      MemorySegment single = Arena.ofAuto().allocate(4L * most * stride);
      for (int i = 0; i < most; i++) {
        alone.multiply(
            new FloatRows(x, 4 + 4L * i * (k + 3), k + 3),
            1,
            List.of(matrix),
            new FloatRows(single, 4L * i * stride, stride));
      }
      checkReference(format, x, w, skip, bias, single, most, n, k, stride);
      for (int m : BATCHES) {
        MemorySegment y = Arena.ofAuto().allocate(4L * m * stride);
        int from = most - m;
        matMul.multiply(
            new FloatRows(x, 4 + 4L * from * (k + 3), k + 3),
            m,
            List.of(matrix),
            new FloatRows(y, 0, stride));
        long same =
            MemorySegment.mismatch(
                y, 0, y.byteSize(), single, 4L * from * stride, single.byteSize());
        assertEquals(-1, same, format + " " + n + "x" + k + " batch " + m);
      }
    }
  }

  private static void checkReference(
      WeightFormat format,
      MemorySegment x,
      MemorySegment w,
      int skip,
      MemorySegment bias,
      MemorySegment y,
      int m,
      int n,
      int k,
      int stride) {
    for (int i = 0; i < m; i += 13) {
      for (int j = 0; j < n; j++) {
        double sum = TestData.get(bias, 0, j);
        double size = Math.abs(sum);
        for (int c = 0; c < k; c++) {
          double product =
              (double) TestData.get(x, 4, (long) i * (k + 3) + c)
                  * TestData.weight(format, w, skip, (long) j * k + c);
          sum += product;
          size += Math.abs(product);
        }
        assertEquals(sum, TestData.get(y, 0, (long) i * stride + 2 + j), 1e-6 * size);
      }
    }
  }

  @Test
  void severalMatricesOfMixedFormatsShareOneDispatch() {
    MatMul matMul = new MatMul(new Workspace(WORKERS));
    Random random = new Random(3);
    int k = 200;
    MemorySegment x = TestData.floats(random, 5L * k, 0);
    MemorySegment a = TestData.weights(random, WeightFormat.BF16, 30L * k, 2);
    MemorySegment b = TestData.weights(random, WeightFormat.FP32, 11L * k, 1);
    WeightMatrix first = WeightMatrix.of(WeightFormat.BF16, a, 2, 30, k);
    WeightMatrix second = new WeightMatrix(WeightFormat.FP32, b, 1, 11, k, 30, null, 0);
    MemorySegment together = Arena.ofAuto().allocate(4L * 5 * 41);
    MemorySegment apart = Arena.ofAuto().allocate(4L * 5 * 41);
    matMul.multiply(
        new FloatRows(x, 0, k), 5, List.of(first, second), new FloatRows(together, 0, 41));
    matMul.multiply(new FloatRows(x, 0, k), 5, List.of(first), new FloatRows(apart, 0, 41));
    matMul.multiply(new FloatRows(x, 0, k), 5, List.of(second), new FloatRows(apart, 0, 41));
    assertEquals(-1, together.mismatch(apart));
  }

  @Test
  void everyHalfWidensExactly() {
    MatMul matMul = new MatMul(new Workspace(WORKERS));
    MemorySegment w = Arena.ofAuto().allocate(2L << 16);
    for (int i = 0; i < 1 << 16; i++) {
      w.setAtIndex(java.lang.foreign.ValueLayout.JAVA_SHORT, i, (short) i);
    }
    MemorySegment x = Arena.ofAuto().allocate(8);
    x.set(Lanes.FLOAT, 0, 1f);
    x.set(Lanes.FLOAT, 4, 1f);
    for (int m = 1; m <= 2; m++) {
      MemorySegment y = Arena.ofAuto().allocate(4L * m << 16);
      matMul.multiply(
          new FloatRows(x, 0, 1),
          m,
          List.of(WeightMatrix.of(WeightFormat.FP16, w, 0, 1 << 16, 1)),
          new FloatRows(y, 0, 1 << 16));
      for (int i = 0; i < 1 << 16; i++) {
        float expected = Float.float16ToFloat((short) i);
        float actual = TestData.get(y, 0, i);
        assertTrue(Float.isNaN(expected) ? Float.isNaN(actual) : expected == actual, "half " + i);
      }
    }
  }
}
