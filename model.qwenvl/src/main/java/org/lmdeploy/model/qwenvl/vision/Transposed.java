package org.lmdeploy.model.qwenvl.vision;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;

/** A matrix with rows and columns exchanged, as a copy. */
final class Transposed {
  private Transposed() {}

  static HostTensor of(HostTensor matrix) {
    long rows = matrix.shape().rows();
    long columns = matrix.shape().columns();
    int bytes = matrix.dtype().bytes();
    MemorySegment to = Arena.ofAuto().allocate(rows * columns * bytes, Long.BYTES);
    for (long row = 0; row < rows; row++) {
      for (long column = 0; column < columns; column++) {
        long from = (row * columns + column) * bytes;
        MemorySegment.copy(matrix.data(), from, to, (column * rows + row) * bytes, bytes);
      }
    }
    return new HostTensor(matrix.dtype(), Shape.of(columns, rows), to);
  }
}
