package org.lmdeploy.api.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A dense row-major tensor in host memory, little-endian, at any alignment: a view, mostly of a
 * mapped file.
 *
 * @param dtype element type
 * @param shape sizes of the dimensions
 * @param data exactly {@code shape.elements() * dtype.bytes()} bytes
 */
public record HostTensor(DType dtype, Shape shape, MemorySegment data) {
  /**
   * @throws IllegalArgumentException if the segment has another size than the shape says
   */
  public HostTensor {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(shape, "shape");
    long bytes = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "a tensor " + dtype + shape + " has " + bytes + " bytes, not " + data.byteSize());
    }
  }

  /**
   * A view of {@code count} rows from row {@code from} on, the tensor seen as a matrix [rows,
   * columns].
   */
  public HostTensor rows(long from, long count) {
    Objects.checkFromIndexSize(from, count, shape.rows());
    long rowBytes = shape.columns() * dtype.bytes();
    return new HostTensor(
        dtype, Shape.of(count, shape.columns()), data.asSlice(from * rowBytes, count * rowBytes));
  }

  /** The same elements under another shape. */
  public HostTensor reshape(long... dims) {
    return new HostTensor(dtype, Shape.of(dims), data);
  }
}
