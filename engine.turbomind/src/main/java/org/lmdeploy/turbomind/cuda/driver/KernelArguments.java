package org.lmdeploy.turbomind.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The one struct that a kernel takes, written field by field with C's alignment. Launches copy it,
 * so that it is used again at once. One thread at a time.
 */
public final class KernelArguments {
  private static final int CAPACITY = 1024;

  private final MemorySegment struct;
  private int size;

  KernelArguments(Arena arena) {
    struct = arena.allocate(CAPACITY, 64);
  }

  /** An empty struct. */
  KernelArguments begin() {
    size = 0;
    return this;
  }

  /** A device address; 0 for none. */
  public KernelArguments pointer(long address) {
    return int64(address);
  }

  /** A 64-bit number. */
  public KernelArguments int64(long value) {
    size = (size + 7) & ~7;
    struct.set(ValueLayout.JAVA_LONG, size, value);
    size += 8;
    return this;
  }

  /** A 32-bit number. */
  public KernelArguments int32(int value) {
    struct.set(ValueLayout.JAVA_INT, size, value);
    size += 4;
    return this;
  }

  /** A count that has to fit 32 bits. */
  public KernelArguments int32(long value) {
    return int32(Math.toIntExact(value));
  }

  /** A float. */
  public KernelArguments float32(float value) {
    struct.set(ValueLayout.JAVA_FLOAT, size, value);
    size += 4;
    return this;
  }

  /**
   * A tensor map of a row-major matrix of 16-bit floats, boxes of 64 columns, 128-byte swizzle.
   *
   * @param bfloat16 whether elements are bf16, else fp16
   * @param rowBytes bytes from row to row, a multiple of 16
   */
  public KernelArguments matrix(
      boolean bfloat16, long address, long columns, long rows, long rowBytes, int boxRows) {
    size = (size + 63) & ~63;
    int type = bfloat16 ? 9 : 6; // CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, _FLOAT16
    NativeDriver.encodeMatrix(
        struct.asSlice(size, NativeDriver.TENSOR_MAP),
        type,
        address,
        columns,
        rows,
        rowBytes,
        boxRows,
        64);
    size += 128;
    return this;
  }

  /** Room for a tensor map that the kernel does not look at. */
  public KernelArguments noMatrix() {
    size = (size + 63) & ~63;
    struct.asSlice(size, 128).fill((byte) 0);
    size += 128;
    return this;
  }

  MemorySegment struct() {
    return struct;
  }
}
