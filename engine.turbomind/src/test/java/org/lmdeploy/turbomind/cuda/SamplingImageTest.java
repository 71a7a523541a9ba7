package org.lmdeploy.turbomind.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.ops.SamplingRow;

/** What the kernels read of a row's parameters is what the row says. */
final class SamplingImageTest {
  private static final SamplingImage IMAGE = new SamplingImage(4, 64);

  private static SamplingRow row(float repetition, float presence) {
    return new SamplingRow(
        0.7f,
        0.9f,
        40,
        0.05f,
        repetition,
        presence,
        0.25f,
        new int[] {1, 2, 3},
        new int[] {4, 5},
        new int[] {6, 7},
        new float[] {1.5f, -2},
        new int[] {8},
        0x1234_5678_9ABC_DEFL,
        17,
        5,
        new long[] {0x0F0F_0000_FFFF_0001L},
        42);
  }

  private static int integer(MemorySegment from, long at) {
    return from.get(ValueLayout.JAVA_INT, at);
  }

  private static int[] list(MemorySegment from, long field) {
    int[] ids = new int[integer(from, field + 4)];
    MemorySegment.copy(
        from, ValueLayout.JAVA_INT, IMAGE.pool() + 4L * integer(from, field), ids, 0, ids.length);
    return ids;
  }

  @Test
  void recordsHoldTheRows() {
    MemorySegment to = Arena.ofAuto().allocate(IMAGE.bytes(), 8);
    List<SamplingRow> rows = List.of(row(1, 0), row(1.5f, 0.5f));
    long bytes = IMAGE.write(rows, new int[] {3, 9}, 6, to);
    assertEquals(2, integer(to, 0));
    assertEquals(6, integer(to, 4));
    long second = 16 + 96;
    assertEquals(0x1234_5678_9ABC_DEFL, to.get(ValueLayout.JAVA_LONG, second));
    assertEquals(17, integer(to, second + 8));
    assertEquals(40, integer(to, second + 12));
    float[] numbers = new float[6];
    MemorySegment.copy(to, ValueLayout.JAVA_FLOAT, second + 16, numbers, 0, 6);
    assertArrayEquals(new float[] {0.7f, 0.9f, 0.05f, 1.5f, 0.5f, 0.25f}, numbers);
    assertEquals(5, integer(to, second + 40));
    assertEquals(9, integer(to, second + 44));
    assertArrayEquals(new int[] {1, 2, 3}, list(to, second + 48));
    assertArrayEquals(new int[] {4, 5}, list(to, second + 56));
    assertArrayEquals(new int[] {6, 7}, list(to, second + 64));
    long biases = IMAGE.pool() + 4L * (integer(to, second + 64) + 2);
    assertEquals(1.5f, to.get(ValueLayout.JAVA_FLOAT, biases));
    assertEquals(-2f, to.get(ValueLayout.JAVA_FLOAT, biases + 4));
    assertArrayEquals(new int[] {8}, list(to, second + 72));
    assertArrayEquals(new int[] {0xFFFF_0001, 0x0F0F_0000}, list(to, second + 80));
    assertEquals(42, integer(to, second + 88));
    assertArrayEquals(new int[0], list(to, 16 + 48), "no repetition penalty, no list");
    assertEquals(IMAGE.pool() + 4 * SamplingImage.poolWords(rows), bytes);
  }

  @Test
  void rowsWithoutListsNeedNoPool() {
    MemorySegment to = Arena.ofAuto().allocate(IMAGE.bytes(), 8);
    SamplingRow plain =
        new SamplingRow(
            1,
            1,
            1,
            0,
            1,
            0,
            0,
            new int[9],
            new int[9],
            new int[0],
            new float[0],
            new int[0],
            1,
            2,
            -1,
            SamplingRow.ALL,
            SamplingRow.NONE);
    assertEquals(16 + 96, IMAGE.write(List.of(plain), new int[0], 0, to));
    assertEquals(-1, integer(to, 16 + 44), "no input token");
  }

  @Test
  void whatDoesNotFitIsToldBefore() {
    SamplingRow row = row(1.5f, 0.5f);
    assertTrue(IMAGE.fits(List.of(row, row, row, row)));
    assertFalse(IMAGE.fits(List.of(row, row, row, row, row)), "rows");
    assertFalse(new SamplingImage(4, 11).fits(List.of(row)), "words: 3 + 2 + 2 + 2 + 1 + 2");
    assertTrue(new SamplingImage(4, 12).fits(List.of(row)));
  }
}
