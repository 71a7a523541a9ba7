package org.lmdeploy.turbomind.host.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Rows of fp32 elements.
 *
 * @param segment memory
 * @param offset byte offset of row 0
 * @param stride elements between rows; 0 repeats one row
 */
public record FloatRows(MemorySegment segment, long offset, long stride) {

  /** A single row used for every index, such as a weight or bias vector. */
  public static FloatRows repeated(MemorySegment segment, long offset) {
    return new FloatRows(segment, offset, 0);
  }

  /** Byte offset of a row. */
  long row(int index) {
    return offset + 4 * stride * index;
  }
}
