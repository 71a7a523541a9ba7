package org.lmdeploy.model.text.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;

/** Rows scaled to the length 1, as Baichuan 2 does with its output head (arXiv 2309.10305). */
final class UnitRows {
  /** Shorter rows are divided by this, so that zeros stay zeros. */
  private static final double LEAST_LENGTH = 1e-12;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private UnitRows() {}

  /**
   * A copy of a matrix with rows of length 1, in float32.
   *
   * @param matrix of a floating-point type
   */
  static HostTensor of(HostTensor matrix) {
    long rows = matrix.shape().rows();
    int columns = Math.toIntExact(matrix.shape().columns());
    MemorySegment scaled = Arena.ofAuto().allocate(rows * columns * Float.BYTES, Float.BYTES);
    float[] row = new float[columns];
    for (long r = 0; r < rows; r++) {
      double squares = 0;
      for (int c = 0; c < columns; c++) {
        row[c] = element(matrix, r * columns + c);
        squares += (double) row[c] * row[c];
      }
      double length = Math.max(Math.sqrt(squares), LEAST_LENGTH);
      for (int c = 0; c < columns; c++) {
        scaled.set(FLOAT, (r * columns + c) * Float.BYTES, (float) (row[c] / length));
      }
    }
    return new HostTensor(DType.F32, matrix.shape(), scaled);
  }

  private static float element(HostTensor matrix, long index) {
    MemorySegment data = matrix.data();
    return switch (matrix.dtype()) {
      case F32 -> data.get(FLOAT, index * Float.BYTES);
      case F16 -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * Short.BYTES) << 16);
      default ->
          throw new IllegalArgumentException("rows of " + matrix.dtype() + " have no length");
    };
  }
}
