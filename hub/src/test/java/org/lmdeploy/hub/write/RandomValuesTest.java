package org.lmdeploy.hub.write;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;

class RandomValuesTest {
  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void partsInAnyOrderMakeTheWhole(DType dtype) {
    int bytes = 103 * dtype.bytes();
    RandomValues values = new RandomValues(new TensorSpec("weight", dtype, Shape.of(103), 0, 1), 5);
    MemorySegment whole = MemorySegment.ofArray(new byte[bytes]);
    values.fill(whole, 0);
    MemorySegment parts = MemorySegment.ofArray(new byte[bytes]);
    int cut = 40 * dtype.bytes();
    values.fill(parts.asSlice(cut), cut);
    values.fill(parts.asSlice(0, cut), 0);
    assertEquals(-1, whole.mismatch(parts));
  }
}
