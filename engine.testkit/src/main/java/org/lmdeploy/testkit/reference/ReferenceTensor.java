package org.lmdeploy.testkit.reference;

import java.util.Arrays;
import java.util.Objects;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;

/** A view of doubles, which knows whether its memory has been given back. */
final class ReferenceTensor implements Tensor {
  /** Memory that several views share. */
  private static final class Memory {
    private final double[] values;
    private boolean givenBack;

    private Memory(double[] values) {
      this.values = values;
    }
  }

  private final Memory memory;
  private final int offset;
  private final Shape shape;

  private ReferenceTensor(Memory memory, int offset, Shape shape) {
    this.memory = memory;
    this.offset = offset;
    this.shape = shape;
  }

  ReferenceTensor(double[] values, Shape shape) {
    this(new Memory(values), 0, shape);
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(values.length + " elements do not fill " + shape);
    }
  }

  double get(long index) {
    return values()[offset + Math.toIntExact(Objects.checkIndex(index, shape.elements()))];
  }

  void set(long index, double value) {
    values()[offset + Math.toIntExact(Objects.checkIndex(index, shape.elements()))] = value;
  }

  double get(int row, int column) {
    return get((long) row * columns() + column);
  }

  void set(int row, int column, double value) {
    set((long) row * columns() + column, value);
  }

  /** A copy of a row. */
  double[] row(int row) {
    Objects.checkIndex(row, rows());
    int from = offset + row * columns();
    return Arrays.copyOfRange(values(), from, from + columns());
  }

  int rows() {
    return Math.toIntExact(shape.rows());
  }

  int columns() {
    return Math.toIntExact(shape.columns());
  }

  /** Makes every later use of this memory an error. */
  void giveBack() {
    memory.givenBack = true;
  }

  private double[] values() {
    if (memory.givenBack) {
      throw new IllegalStateException("a tensor " + shape + " was used after its frame was closed");
    }
    return memory.values;
  }

  /** The type that model code sees; the values themselves are doubles. */
  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public ReferenceTensor rows(long from, long count) {
    Objects.checkFromIndexSize(from, count, shape.rows());
    return new ReferenceTensor(
        memory, offset + Math.toIntExact(from * columns()), Shape.of(count, columns()));
  }

  @Override
  public ReferenceTensor reshape(long... dims) {
    Shape reshaped = Shape.of(dims);
    if (reshaped.elements() != shape.elements()) {
      throw new IllegalArgumentException(shape + " has another size than " + reshaped);
    }
    return new ReferenceTensor(memory, offset, reshaped);
  }
}
