package org.example.olmo;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;

/**
 * OLMo's layer norm, which has nothing to learn: the operator's with weight 1 and bias 0.
 *
 * @param ones [hidden]
 * @param zeros [hidden]
 */
record PlainNorm(Tensor ones, Tensor zeros) {
  private static final float EPSILON = 1e-5f;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static PlainNorm of(int hidden, Device device) {
    return new PlainNorm(device.weight(vector(hidden, 1)), device.weight(vector(hidden, 0)));
  }

  private static HostTensor vector(int size, float value) {
    MemorySegment data = Arena.ofAuto().allocate((long) size * DType.F32.bytes());
    for (int i = 0; i < size; i++) {
      data.setAtIndex(FLOAT, i, value);
    }
    return new HostTensor(DType.F32, Shape.of(size), data);
  }

  Tensor apply(Tensor x, Ops ops) {
    return ops.layerNorm(x, ones, zeros, EPSILON);
  }
}
