package org.lmdeploy.turbomind.host.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Random matrices in native memory. */
final class TestData {

  private TestData() {}

  /** Standard normal fp32 elements behind {@code skip} bytes. */
  static MemorySegment floats(Random random, long n, int skip) {
    MemorySegment s = Arena.ofAuto().allocate(4 * n + skip, 64);
    for (long i = 0; i < n; i++) {
      s.set(Lanes.FLOAT, skip + 4 * i, (float) random.nextGaussian());
    }
    return s;
  }

  static float get(MemorySegment s, long skip, long index) {
    return s.get(Lanes.FLOAT, skip + 4 * index);
  }

  /** Random weights of a format behind {@code skip} bytes. */
  static MemorySegment weights(Random random, WeightFormat format, long n, int skip) {
    MemorySegment s = Arena.ofAuto().allocate(format.bytes() * n + skip, 64);
    for (long i = 0; i < n; i++) {
      float value = (float) random.nextGaussian() * (i % 7 == 0 ? 1e-6f : 0.1f);
      long o = skip + i * format.bytes();
      switch (format) {
        case BF16 ->
            s.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                o,
                (short) (Float.floatToRawIntBits(value) >>> 16));
        case FP16 -> s.set(ValueLayout.JAVA_SHORT_UNALIGNED, o, Float.floatToFloat16(value));
        case FP32 -> s.set(Lanes.FLOAT, o, value);
      }
    }
    return s;
  }

  static float weight(WeightFormat format, MemorySegment s, long skip, long index) {
    long o = skip + index * format.bytes();
    return switch (format) {
      case BF16 -> Float.intBitsToFloat(s.get(ValueLayout.JAVA_SHORT_UNALIGNED, o) << 16);
      case FP16 -> Float.float16ToFloat(s.get(ValueLayout.JAVA_SHORT_UNALIGNED, o));
      case FP32 -> s.get(Lanes.FLOAT, o);
    };
  }
}
