package org.lmdeploy.hub.write;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.lmdeploy.api.tensor.DType;

/**
 * The random values of one tensor. They depend on the seed and the tensor's name alone, so sharding
 * does not change them. Every value is one of 65,536 that are computed once, which makes writing as
 * fast as the disk.
 */
final class RandomValues {
  /** Values drawn from one 64-bit random number. */
  private static final int VALUES_PER_DRAW = 4;

  private static final int TABLE = 1 << 16;
  private static final int MASK = TABLE - 1;
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final boolean wide;
  private final short[] narrowTable;
  private final int[] wideTable;
  private final long start;

  RandomValues(TensorSpec spec, long seed) {
    CRC32 crc = new CRC32();
    crc.update(spec.name().getBytes(StandardCharsets.UTF_8));
    this.start = seed * GAMMA + crc.getValue();
    this.wide = spec.dtype() == DType.F32;
    this.narrowTable = new short[wide ? 0 : TABLE];
    this.wideTable = new int[wide ? TABLE : 0];
    double half = spec.deviation() * Math.sqrt(3); // half the width of an even spread
    for (int i = 0; i < TABLE; i++) {
      float value = (float) (spec.mean() + half * ((i + 0.5) * 2 / TABLE - 1));
      switch (spec.dtype()) {
        case BF16 -> narrowTable[i] = bfloat16(value);
        case F16 -> narrowTable[i] = Float.floatToFloat16(value);
        default -> wideTable[i] = Float.floatToRawIntBits(value);
      }
    }
  }

  /**
   * Fills a part of the tensor. Parts may be filled in any order and by several threads; each holds
   * whole draws, but for the last of the tensor.
   *
   * @param offset where the part begins in the tensor, in bytes
   */
  void fill(MemorySegment target, long offset) {
    long bytes = wide ? Integer.BYTES : Short.BYTES;
    long count = target.byteSize() / bytes;
    long whole = count - count % VALUES_PER_DRAW;
    long draw = offset / bytes / VALUES_PER_DRAW;
    if (wide) {
      fillWide(target, whole, draw);
    } else {
      fillNarrow(target, whole, draw);
    }
    long tail = draw + whole / VALUES_PER_DRAW;
    for (long i = whole; i < count; i++) {
      put(target, i * bytes, (int) draw(tail + i - whole) & MASK);
    }
  }

  private void fillNarrow(MemorySegment target, long count, long firstDraw) {
    for (long i = 0; i < count; i += VALUES_PER_DRAW) {
      long draw = draw(firstDraw + i / VALUES_PER_DRAW);
      long values =
          narrow(draw)
              | narrow(draw >>> 16) << 16
              | narrow(draw >>> 32) << 32
              | narrow(draw >>> 48) << 48;
      target.set(LONG, i * Short.BYTES, values);
    }
  }

  private long narrow(long draw) {
    return narrowTable[(int) draw & MASK] & 0xFFFFL;
  }

  private void fillWide(MemorySegment target, long count, long firstDraw) {
    for (long i = 0; i < count; i += VALUES_PER_DRAW) {
      long draw = draw(firstDraw + i / VALUES_PER_DRAW);
      for (int k = 0; k < VALUES_PER_DRAW; k++) {
        put(target, (i + k) * Integer.BYTES, (int) (draw >>> (k * 16)) & MASK);
      }
    }
  }

  private void put(MemorySegment target, long offset, int index) {
    if (wide) {
      target.set(INT, offset, wideTable[index]);
    } else {
      target.set(SHORT, offset, narrowTable[index]);
    }
  }

  /** SplitMix64, whose draws can be computed in any order. */
  private long draw(long index) {
    long z = start + (index + 1) * GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Round to nearest even; the values here are finite. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
