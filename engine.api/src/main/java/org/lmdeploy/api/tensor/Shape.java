package org.lmdeploy.api.tensor;

import java.util.Arrays;

/** The sizes of a tensor's dimensions, slowest first; every size is at least zero. */
public final class Shape {
  private final long[] dims;
  private final long elements;

  private Shape(long[] dims) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(dims));
      }
      count = Math.multiplyExact(count, dim);
    }
    this.dims = dims;
    this.elements = count;
  }

  /**
   * @throws IllegalArgumentException if a size is negative
   * @throws ArithmeticException if the number of elements does not fit a long
   */
  public static Shape of(long... dims) {
    return new Shape(dims.clone());
  }

  /** Number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /** Size of dimension {@code index}; negative indices count from the last. */
  public long dim(int index) {
    return dims[index < 0 ? dims.length + index : index];
  }

  /** Product of all sizes. */
  public long elements() {
    return elements;
  }

  /** Product of all sizes but the last: the rows when this is seen as a matrix. */
  public long rows() {
    long rows = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      rows *= dims[i];
    }
    return rows;
  }

  /** Size of the last dimension: the columns when this is seen as a matrix. */
  public long columns() {
    return dims.length == 0 ? 1 : dims[dims.length - 1];
  }

  /** A copy of the sizes. */
  public long[] toArray() {
    return dims.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
