package org.lmdeploy.model.vision;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;

/**
 * Position embeddings for another grid than the trained one: bicubic interpolation without
 * anti-aliasing (Keys, 1981, a = -0.75; sample centres at (i + 0.5) * old / new - 0.5; edges
 * repeated), which is what the published code asks of PyTorch.
 */
public final class PositionGrid {
  private static final double A = -0.75;
  private static final int TAPS = 4;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PositionGrid() {}

  /**
   * @param trained [1, 1 + from * from, hidden]: the class token's row comes first
   * @return {@code trained} itself if the grids are equal, else F32 [1 + to * to, hidden]
   */
  public static HostTensor resize(HostTensor trained, int from, int to) {
    return resize(trained, 1, from, to);
  }

  /**
   * @param trained leading + from * from rows
   * @param leading rows before the grid's, which stay
   * @return {@code trained} itself if the grids are equal, else F32 [leading + to * to, hidden]
   */
  public static HostTensor resize(HostTensor trained, int leading, int from, int to) {
    if (from == to) {
      return trained;
    }
    int hidden = Math.toIntExact(trained.shape().columns());
    long rows = leading + (long) to * to;
    MemorySegment out = Arena.ofAuto().allocate(rows * hidden * Float.BYTES, Float.BYTES);
    for (long i = 0; i < (long) leading * hidden; i++) {
      out.setAtIndex(FLOAT, i, value(trained, i));
    }
    HostTensor grid = trained.rows(leading, (long) from * from);
    for (int y = 0; y < to; y++) {
      for (int x = 0; x < to; x++) {
        long row = leading + (long) y * to + x;
        interpolate(grid, from, to, y, x, hidden, out, row * hidden);
      }
    }
    return new HostTensor(DType.F32, Shape.of(rows, hidden), out);
  }

  private static void interpolate(
      HostTensor grid, int from, int to, int y, int x, int hidden, MemorySegment out, long at) {
    double sourceY = (y + 0.5) * from / to - 0.5;
    double sourceX = (x + 0.5) * from / to - 0.5;
    int top = (int) Math.floor(sourceY) - 1;
    int left = (int) Math.floor(sourceX) - 1;
    for (int column = 0; column < hidden; column++) {
      double sum = 0;
      for (int i = 0; i < TAPS; i++) {
        double weightY = weight(sourceY - (top + i));
        for (int j = 0; j < TAPS; j++) {
          int row = Math.clamp(top + i, 0, from - 1) * from + Math.clamp(left + j, 0, from - 1);
          double weight = weightY * weight(sourceX - (left + j));
          sum += weight * value(grid, (long) row * hidden + column);
        }
      }
      out.setAtIndex(FLOAT, at + column, (float) sum);
    }
  }

  private static double weight(double distance) {
    double d = Math.abs(distance);
    if (d <= 1) {
      return ((A + 2) * d - (A + 3)) * d * d + 1;
    }
    return d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
  }

  private static float value(HostTensor tensor, long index) {
    return switch (tensor.dtype()) {
      case F32 -> tensor.data().getAtIndex(FLOAT, index);
      case F16 -> Float.float16ToFloat(tensor.data().getAtIndex(SHORT, index));
      case BF16 -> Float.intBitsToFloat(tensor.data().getAtIndex(SHORT, index) << 16);
      default ->
          throw new IllegalArgumentException("positions of " + tensor.dtype() + " cannot be");
    };
  }
}
