package org.lmdeploy.api.weights;

import java.util.Locale;
import org.lmdeploy.api.tensor.HostTensor;

/**
 * Unquantized rows of a linear layer.
 *
 * @param matrix [outFeatures, inFeatures], a floating-point type
 */
public record DenseRows(HostTensor matrix) implements LinearRows {
  /**
   * @throws IllegalArgumentException if this is no floating-point matrix
   */
  public DenseRows {
    if (matrix.shape().rank() != 2 || !matrix.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "a floating-point matrix is needed, not " + matrix.dtype() + matrix.shape());
    }
  }

  @Override
  public String format() {
    return matrix.dtype().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public long outFeatures() {
    return matrix.shape().dim(0);
  }

  @Override
  public long inFeatures() {
    return matrix.shape().dim(1);
  }

  @Override
  public long bytes() {
    return matrix.data().byteSize();
  }

  @Override
  public DenseRows rows(long from, long count) {
    return new DenseRows(matrix.rows(from, count));
  }
}
