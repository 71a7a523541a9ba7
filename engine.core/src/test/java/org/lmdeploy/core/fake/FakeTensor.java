package org.lmdeploy.core.fake;

import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;

/** A matrix of longs that refuses to be used after it was given back. */
final class FakeTensor implements Tensor {
  final long[] data;
  private final Shape shape;
  private boolean gone;

  FakeTensor(Shape shape) {
    this.shape = shape;
    this.data = new long[(int) shape.elements()];
  }

  long[] data() {
    if (gone) {
      throw new IllegalStateException("a tensor was used after its release");
    }
    return data;
  }

  void release() {
    data();
    gone = true;
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Tensor rows(long from, long count) {
    throw new UnsupportedOperationException("rows");
  }

  @Override
  public Tensor reshape(long... dims) {
    throw new UnsupportedOperationException("reshape");
  }
}
