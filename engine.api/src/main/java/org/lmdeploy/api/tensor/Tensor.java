package org.lmdeploy.api.tensor;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A dense row-major tensor in the memory of one device. Only the operators of the device that made
 * it may use it. A tensor from an activation frame lives until that frame is closed.
 */
@ProviderType
public interface Tensor {
  /** Element type. */
  DType dtype();

  /** Sizes of the dimensions. */
  Shape shape();

  /**
   * A view of {@code count} rows from row {@code from} on, the tensor seen as a matrix [rows,
   * columns]; no copy.
   *
   * @throws IndexOutOfBoundsException if the rows do not lie in the tensor
   */
  Tensor rows(long from, long count);

  /**
   * The same elements under another shape; no copy.
   *
   * @throws IllegalArgumentException if the number of elements differs
   */
  Tensor reshape(long... dims);
}
