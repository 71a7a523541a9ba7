package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.host.kernel.FloatRows;

/** Views of host tensors as the kernels take them, and the checks before. */
final class Buffers {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Buffers() {}

  /**
   * The same memory as a segment of the one class that all other tensors have. A mapped file has
   * another, and kernels that see two classes are compiled a second time, with a test at every
   * access.
   */
  @SuppressWarnings("restricted")
  static MemorySegment plain(MemorySegment data) {
    return data.isMapped() ? data.reinterpret(data.byteSize()) : data;
  }

  /** A tensor that has to be an activation. */
  static HostBuffer activation(Tensor tensor) {
    HostBuffer buffer = (HostBuffer) tensor;
    require(buffer.dtype() == DType.F32, "an activation", buffer);
    return buffer;
  }

  /** All rows. */
  static FloatRows rows(HostBuffer matrix) {
    return new FloatRows(matrix.data(), 0, matrix.columns());
  }

  /** All rows, each from a column on. */
  static FloatRows columns(HostBuffer matrix, long from) {
    return new FloatRows(matrix.data(), 4 * from, matrix.columns());
  }

  /**
   * @throws IllegalArgumentException naming what is needed and the tensors that do not fit
   */
  static void require(boolean holds, String needed, HostBuffer... tensors) {
    if (!holds) {
      throw new IllegalArgumentException(
          "not "
              + needed
              + ": "
              + Arrays.stream(tensors).map(t -> t.dtype() + t.shape().toString()).toList());
    }
  }
}
