package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;

/**
 * A tensor of the host device: off-heap memory, row-major, little-endian.
 *
 * @param dtype element type
 * @param shape sizes of the dimensions
 * @param data its bytes
 */
record HostBuffer(DType dtype, Shape shape, MemorySegment data) implements Tensor {
  @Override
  public Tensor rows(long from, long count) {
    Objects.checkFromIndexSize(from, count, shape.rows());
    long rowBytes = shape.columns() * dtype.bytes();
    return new HostBuffer(
        dtype, Shape.of(count, shape.columns()), data.asSlice(from * rowBytes, count * rowBytes));
  }

  @Override
  public Tensor reshape(long... dims) {
    Shape other = Shape.of(dims);
    if (other.elements() != shape.elements()) {
      throw new IllegalArgumentException(shape + " cannot be seen as " + other);
    }
    return new HostBuffer(dtype, other, data);
  }

  /** Rows when seen as a matrix; host matrices have fewer than 2^31. */
  int rowCount() {
    return Math.toIntExact(shape.rows());
  }

  /** Columns when seen as a matrix. */
  int columns() {
    return Math.toIntExact(shape.columns());
  }
}
