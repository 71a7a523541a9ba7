package org.lmdeploy.testkit.reference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lmdeploy.api.tensor.HostTensor;

/** Floating-point elements of any type as doubles. */
final class Doubles {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Doubles() {}

  static double[] of(HostTensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.shape().elements())];
    MemorySegment data = tensor.data();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.dtype()) {
            case F32 -> data.get(FLOAT, 4L * i);
            case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
            default ->
                throw new IllegalArgumentException(tensor.dtype() + " is no floating-point type");
          };
    }
    return values;
  }
}
