package org.lmdeploy.turbomind.cuda;

import java.util.Objects;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;

/**
 * A tensor in device memory, row-major.
 *
 * @param dtype element type
 * @param shape sizes of the dimensions
 * @param address of the first element
 */
record CudaTensor(DType dtype, Shape shape, long address) implements Tensor {
  @Override
  public Tensor rows(long from, long count) {
    Objects.checkFromIndexSize(from, count, shape.rows());
    return new CudaTensor(
        dtype, Shape.of(count, shape.columns()), address + from * shape.columns() * dtype.bytes());
  }

  @Override
  public Tensor reshape(long... dims) {
    Shape other = Shape.of(dims);
    if (other.elements() != shape.elements()) {
      throw new IllegalArgumentException(shape + " cannot be seen as " + other);
    }
    return new CudaTensor(dtype, other, address);
  }

  /** Rows when seen as a matrix. */
  int rowCount() {
    return Math.toIntExact(shape.rows());
  }

  /** Columns when seen as a matrix. */
  int columns() {
    return Math.toIntExact(shape.columns());
  }

  /** Bytes of all elements. */
  long bytes() {
    return shape.elements() * dtype.bytes();
  }
}
