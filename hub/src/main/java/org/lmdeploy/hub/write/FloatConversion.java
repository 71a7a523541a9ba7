package org.lmdeploy.hub.write;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.tensor.DType;

/**
 * Values of one tensor in another type, rounded to the nearest, and to even between two.
 *
 * @param name the tensor, for messages
 * @param from F32, F16 or BF16
 * @param to F16 or BF16
 */
record FloatConversion(String name, DType from, DType to) {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The type that can be converted under the format's name of it. */
  static Optional<DType> floatType(String type) {
    return switch (type) {
      case "F32" -> Optional.of(DType.F32);
      case "F16" -> Optional.of(DType.F16);
      case "BF16" -> Optional.of(DType.BF16);
      default -> Optional.empty();
    };
  }

  /**
   * Fills a part of the converted tensor.
   *
   * @param offset where the part begins in it, in bytes
   * @param source all of the tensor as it was
   */
  void fill(MemorySegment part, long offset, MemorySegment source) {
    long first = offset / to.bytes();
    long count = part.byteSize() / to.bytes();
    for (long i = 0; i < count; i++) {
      part.set(SHORT, i * to.bytes(), narrow(read(source, first + i)));
    }
  }

  private float read(MemorySegment source, long index) {
    return switch (from) {
      case F32 -> Float.intBitsToFloat(source.get(INT, index * Float.BYTES));
      case F16 -> Float.float16ToFloat(source.get(SHORT, index * Short.BYTES));
      default -> Float.intBitsToFloat(source.get(SHORT, index * Short.BYTES) << 16);
    };
  }

  private short narrow(float value) {
    short narrow = to == DType.F16 ? Float.floatToFloat16(value) : bfloat16(value);
    if (Float.isFinite(value) && !Float.isFinite(wide(narrow))) {
      throw new InvalidRequestException(
          "dtype",
          "tensor "
              + name
              + " holds "
              + value
              + ", which is too large for "
              + (to == DType.F16 ? "float16 (at most 65504); take bfloat16" : "bfloat16"));
    }
    return narrow;
  }

  private float wide(short narrow) {
    return to == DType.F16 ? Float.float16ToFloat(narrow) : Float.intBitsToFloat(narrow << 16);
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // rounding could carry it into an infinity; the bit set keeps it a NaN
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
