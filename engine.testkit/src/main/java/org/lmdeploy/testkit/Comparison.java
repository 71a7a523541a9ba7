package org.lmdeploy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.lmdeploy.api.tensor.Shape;

/** Results of a device beside those of the reference. */
final class Comparison {
  /** The part of the tensor's average that a row's error may be measured by if the row is small. */
  private static final double SMALL_ROW = 0.1;

  private Comparison() {}

  /** Each row's error, by the 2-norm, is small beside the row. */
  static void assertClose(
      Shape expectedShape, float[] expected, Shape shape, float[] actual, double tolerance) {
    assertEquals(expectedShape.elements(), shape.elements(), "elements");
    assertEquals(expectedShape.columns(), shape.columns(), "columns");
    int columns = Math.toIntExact(shape.columns());
    int rows = columns == 0 ? 0 : expected.length / columns;
    double typical = norm(expected, 0, expected.length) / Math.sqrt(Math.max(rows, 1));
    for (int row = 0; row < rows; row++) {
      double size = norm(expected, row * columns, columns) + SMALL_ROW * typical;
      double error = distance(expected, actual, row * columns, columns);
      // written so that NaN fails
      assertTrue(
          error <= tolerance * size,
          String.format(
              Locale.ROOT,
              "row %d of %s: error %.3g of %.3g, allowed is %.3g",
              row,
              shape,
              error,
              size,
              tolerance * size));
    }
  }

  private static double norm(float[] values, int from, int count) {
    return distance(values, new float[values.length], from, count);
  }

  private static double distance(float[] a, float[] b, int from, int count) {
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      double difference = (double) a[i] - b[i];
      squares += difference * difference;
    }
    return Math.sqrt(squares);
  }
}
