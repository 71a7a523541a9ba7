package org.lmdeploy.testkit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;

/** Makes host tensors of floats, rounded to nearest even. */
public final class HostTensors {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private HostTensors() {}

  /** A tensor of a floating-point type in memory that lives as long as it is referred to. */
  public static HostTensor of(DType dtype, float[] values, long... shape) {
    MemorySegment data = Arena.ofAuto().allocate((long) values.length * dtype.bytes());
    for (int i = 0; i < values.length; i++) {
      switch (dtype) {
        case F32 -> data.set(FLOAT, 4L * i, values[i]);
        case F16 -> data.set(SHORT, 2L * i, Float.floatToFloat16(values[i]));
        case BF16 -> data.set(SHORT, 2L * i, bfloat16(values[i]));
        default -> throw new IllegalArgumentException(dtype + " is no floating-point type");
      }
    }
    return new HostTensor(dtype, Shape.of(shape), data);
  }

  /** The value that a floating-point type keeps of another. */
  public static float rounded(DType dtype, float value) {
    return switch (dtype) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(bfloat16(value) << 16);
      default -> throw new IllegalArgumentException(dtype + " is no floating-point type");
    };
  }

  /** Adds half of what is cut off, or a bit less if the kept bits are even already. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
