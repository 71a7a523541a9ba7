package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/**
 * Queues lookups, copies and sums of rows; arguments and results are those of the operators of
 * their names.
 */
final class CudaRows {
  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final WeightLoader weights;
  private final Operands operands;

  /** Where the tokens lie that the last step has drawn. */
  private final long drawn;

  CudaRows(
      CudaStream stream,
      KernelLibrary kernels,
      WeightLoader weights,
      Operands operands,
      long drawn) {
    this.stream = stream;
    this.kernels = kernels;
    this.weights = weights;
    this.operands = operands;
    this.drawn = drawn;
  }

  /** Queues the same values in another type. */
  void convert(CudaTensor from, CudaTensor to) {
    stream
        .arguments()
        .pointer(from.address())
        .pointer(to.address())
        .int32(1)
        .int32(from.shape().elements())
        .int32(WeightLoader.code(from.dtype()))
        .int32(WeightLoader.code(to.dtype()));
    stream.launch(kernels.plain("rows", "convert"), operands.spread(from.shape().elements()));
  }

  Tensor embedding(Tensor table, int[] ids) {
    CudaTensor rows = (CudaTensor) table;
    checkIds(ids, rows.rowCount());
    return embedding(rows, uploadInts(ids), ids.length);
  }

  private static void checkIds(int[] ids, int vocabulary) {
    for (int id : ids) {
      if (id >= vocabulary) {
        throw new IllegalArgumentException(
            "token " + id + " is not in a vocabulary of " + vocabulary);
      }
    }
  }

  /**
   * The rows of a table that the ids at an address name, those included that the last step has
   * drawn.
   */
  CudaTensor embedding(CudaTensor table, long ids, int count) {
    weights.finish();
    CudaTensor out = operands.empty(count, table.columns());
    try (Frame _ = operands.frame()) {
      look(table, ids, count, out);
    }
    return out;
  }

  private void look(CudaTensor rows, long ids, int count, CudaTensor out) {
    // A table of one row is loaded as a vector.
    CudaTensor table = rows.dtype() == operands.type() ? rows : inType(rows);
    if (count > 0) {
      stream
          .arguments()
          .pointer(table.address())
          .pointer(ids)
          .pointer(drawn)
          .pointer(out.address())
          .int32(count)
          .int32(table.columns())
          .int32(table.rowCount());
      stream.launch(kernels.plain("rows", "embedding"), LaunchShape.of(count, Operands.THREADS));
    }
  }

  private CudaTensor inType(CudaTensor values) {
    CudaTensor copy = operands.empty(values.shape().toArray());
    convert(values, copy);
    return copy;
  }

  /** Numbers in activation memory; waits for nothing, since the copy is queued. */
  long uploadInts(int[] values) {
    if (stream.capturing()) {
      throw new IllegalStateException("numbers that the host gives cannot be part of a graph");
    }
    long address = operands.words(values.length);
    if (values.length > 0) {
      weights.bring(MemorySegment.ofArray(values), address);
    }
    return address;
  }

  void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count) {
    CudaTensor to = operands.activation(target.rows(targetRow, count));
    CudaTensor from = operands.activation(source.rows(sourceRow, count));
    Operands.require(to.columns() == from.columns(), "rows of the same length", to, from);
    if (from.bytes() > 0) {
      stream.arguments().pointer(from.address()).pointer(to.address()).int32(1).int32(from.bytes());
      stream.launch(kernels.plain("rows", "copy_rows"), operands.spread(from.shape().elements()));
    }
  }

  Tensor gatherRows(Tensor x, int[] rows) {
    CudaTensor from = operands.activation(x);
    for (int row : rows) {
      if (row < 0 || row >= from.rowCount()) {
        throw new IndexOutOfBoundsException("row " + row + " of " + from.rowCount());
      }
    }
    return gather(from, uploadInts(rows), rows.length);
  }

  /** The rows that the numbers at an address name. */
  CudaTensor gather(CudaTensor from, long indices, int count) {
    CudaTensor out = operands.empty(count, from.columns());
    if (count > 0) {
      stream
          .arguments()
          .pointer(from.address())
          .pointer(indices)
          .pointer(out.address())
          .int32(count)
          .int32(2L * from.columns());
      stream.launch(kernels.plain("rows", "gather_rows"), LaunchShape.of(count, Operands.THREADS));
    }
    return out;
  }

  void addRows(Tensor x, Tensor y) {
    CudaTensor to = operands.activation(x);
    CudaTensor added = (CudaTensor) y;
    Operands.require(to.columns() == added.columns(), "rows of the same length", to, added);
    Operands.require(
        added.dtype() == operands.type() || added.dtype() == DType.F32, "an addend", added);
    weights.finish();
    if (to.bytes() > 0) {
      stream
          .arguments()
          .pointer(to.address())
          .pointer(added.address())
          .int32(to.rowCount())
          .int32(to.columns())
          .int32(added.rowCount())
          .int32(added.dtype() == DType.F32 ? 1 : 0);
      stream.launch(kernels.typed("rows", "add_rows"), operands.spread(to.shape().elements()));
    }
  }
}
