package org.lmdeploy.turbomind.host.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A row-major weight matrix {@code [rows, columns]} used where it lies, at any alignment, whose
 * product is written from column {@code outputColumn} of the result. Several of them form one fused
 * projection.
 *
 * @param format element type
 * @param segment memory holding the matrix
 * @param offset byte offset of element (0, 0)
 * @param rows output features N
 * @param columns input features K
 * @param outputColumn first column of the result
 * @param bias fp32 {@code [rows]} added to the product, or null
 * @param biasOffset byte offset of the bias
 */
public record WeightMatrix(
    WeightFormat format,
    MemorySegment segment,
    long offset,
    int rows,
    int columns,
    int outputColumn,
    MemorySegment bias,
    long biasOffset) {

  public WeightMatrix {
    Objects.requireNonNull(format, "format");
    if (rows < 1 || columns < 1 || outputColumn < 0) {
      throw new IllegalArgumentException(
          "rows " + rows + ", columns " + columns + ", output column " + outputColumn);
    }
    Objects.checkFromIndexSize(offset, (long) rows * columns * format.bytes(), segment.byteSize());
    if (bias != null) {
      Objects.checkFromIndexSize(biasOffset, 4L * rows, bias.byteSize());
    }
  }

  /** A matrix without bias whose product starts at column 0. */
  public static WeightMatrix of(
      WeightFormat format, MemorySegment segment, long offset, int rows, int columns) {
    return new WeightMatrix(format, segment, offset, rows, columns, 0, null, 0);
  }

  long rowBytes() {
    return (long) columns * format.bytes();
  }

  long rowOffset(int row) {
    return offset + row * rowBytes();
  }

  float bias(int row) {
    return bias == null ? 0f : bias.get(Lanes.FLOAT, biasOffset + 4L * row);
  }
}
