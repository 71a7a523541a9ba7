package org.lmdeploy.turbomind.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.ops.StepBatch;

/** What the kernels read of a step is what the step says. */
final class StepImageTest {
  private static final int POISON = 0x7F7F7F7F;

  private static StepBatch step(int[]... newTokensAndContexts) {
    List<StepBatch.Sequence> sequences = new ArrayList<>();
    int total = 0;
    for (int[] one : newTokensAndContexts) {
      int[] blocks = new int[(one[1] + 15) / 16];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = 100 * sequences.size() + i;
      }
      sequences.add(new StepBatch.Sequence(one[0], one[1], one[1], blocks));
      total += one[0];
    }
    int[] tokens = new int[total];
    int[] positions = new int[total];
    for (int i = 0; i < total; i++) {
      tokens[i] = 1000 + i;
      positions[i] = 2000 + i;
    }
    return new StepBatch(tokens, positions, sequences, List.of(), new int[] {0, total - 1});
  }

  private static int[] read(MemorySegment from, long offset, int count) {
    int[] values = new int[count];
    MemorySegment.copy(from, ValueLayout.JAVA_INT, offset, values, 0, count);
    return values;
  }

  private static MemorySegment write(
      StepImage image, StepBatch step, int padded, List<Integer> windows) {
    MemorySegment to = Arena.ofAuto().allocate(image.bytes(), 16);
    for (long at = 0; at < to.byteSize(); at += 4) {
      to.set(ValueLayout.JAVA_INT, at, POISON);
    }
    image.write(step, padded, windows, to);
    return to;
  }

  @Test
  void arraysHoldTheStep() {
    StepBatch step = step(new int[] {1, 20}, new int[] {1, 3}, new int[] {5, 40}, new int[] {2, 2});
    StepImage image = new StepImage(32, 8, 4);
    MemorySegment at = write(image, step, 4, List.of());
    assertArrayEquals(step.tokens(), read(at, image.tokens(), 9));
    assertArrayEquals(step.positions(), read(at, image.positions(), 9));
    assertArrayEquals(new int[] {0, 8}, read(at, image.logitRows(), 2));
    assertArrayEquals(step.positions(), read(at, image.axes() + 2 * 4 * 32, 9));
    assertArrayEquals(new int[] {0, 1, 2, 2, 2, 2, 2, 3, 3}, read(at, image.tokenSequence(), 9));
    assertArrayEquals(new int[] {20, 3, 40, 2}, read(at, image.context(), 4));
    assertArrayEquals(new int[] {0, 1, 2, 7, 9}, read(at, image.firstToken(), 5));
    assertArrayEquals(
        new int[] {0, 1, POISON, POISON, 100, POISON, POISON, POISON, 200, 201, 202, POISON, 300},
        read(at, image.blockTables(), 13));
    assertEquals(image.blockTables() + 4 * 4 * 4, image.usedBytes(step));
  }

  @Test
  void axesHoldTheirPositions() {
    StepBatch plain = step(new int[] {1, 20}, new int[] {1, 3});
    int[][] axes = {{7, 3}, {8, 4}, {9, 5}};
    StepBatch step =
        new StepBatch(
            plain.tokens(), plain.positions(), axes, plain.sequences(), List.of(), new int[] {0});
    StepImage image = new StepImage(8, 8, 4);
    MemorySegment at = write(image, step, 4, List.of());
    for (int axis = 0; axis < axes.length; axis++) {
      assertArrayEquals(
          new int[] {7 + axis, 3 + axis, 0, 0, POISON}, read(at, image.axes() + axis * 4 * 8, 5));
    }
    assertArrayEquals(plain.positions(), read(at, image.positions(), 2));
  }

  @Test
  void rowsBeyondTheStepAreEmpty() {
    StepBatch step = step(new int[] {1, 20}, new int[] {1, 3});
    StepImage image = new StepImage(8, 8, 4);
    MemorySegment at = write(image, step, 4, List.of(0));
    assertArrayEquals(new int[] {1000, 1001, 0, 0, POISON}, read(at, image.tokens(), 5));
    assertArrayEquals(new int[] {0, 1, 2, 3}, read(at, image.tokenSequence(), 4));
    assertArrayEquals(new int[] {20, 3, 0, 0}, read(at, image.context(), 4));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, read(at, image.firstToken(), 5));
    assertArrayEquals(new int[] {0, 2, 3, 3, 3}, read(at, image.tileStart(0), 5));
  }

  @Test
  void decodingIsCutByTilesOf16() {
    int[][] contexts = {{1, 1}, {1, 64}, {1, 65}, {1, 128}, {1, 129}, {1, 1000}};
    StepBatch step = step(contexts);
    StepImage image = new StepImage(8, 8, 64);
    MemorySegment at = write(image, step, 6, List.of(0, 100));
    assertArrayEquals(new int[] {0, 1, 5, 10, 18, 27, 90}, read(at, image.tileStart(0), 7));
    // With a window of 100 the first position seen is context - 100, less the rest by 64.
    assertArrayEquals(new int[] {0, 1, 5, 10, 18, 27, 34}, read(at, image.tileStart(1), 7));
  }

  @Test
  void chunksHaveNoDecodeTiles() {
    StepBatch step = step(new int[] {1, 70}, new int[] {3, 70}, new int[] {1, 70});
    StepImage image = new StepImage(8, 4, 8);
    MemorySegment at = write(image, step, 3, List.of(0));
    assertArrayEquals(new int[] {0, 5, 5, 5}, read(at, image.tileStart(0), 4));
    assertEquals(1, StepImage.decoding(step));
  }

  @Test
  void prefillTilesCoverEveryNewTokenOnceHeaviestFirst() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int[][] sequences = new int[1 + random.nextInt(20)][];
      int decoding = random.nextInt(sequences.length + 1);
      for (int s = 0; s < sequences.length; s++) {
        int tokens = s < decoding ? 1 : 2 + random.nextInt(300);
        sequences[s] = new int[] {tokens, tokens + random.nextInt(500)};
      }
      int[] pairs = StepImage.prefillTiles(step(sequences), 128);
      int expected = 0;
      for (int s = decoding; s < sequences.length; s++) {
        expected += (sequences[s][0] + 127) / 128;
      }
      assertEquals(expected, pairs.length / 2);
      int before = Integer.MAX_VALUE;
      List<Integer> seen = new ArrayList<>();
      for (int i = 0; i < pairs.length; i += 2) {
        int[] sequence = sequences[pairs[i]];
        assertTrue(pairs[i] >= decoding && pairs[i + 1] * 128 < sequence[0]);
        int keys = sequence[1] - sequence[0] + Math.min(sequence[0], (pairs[i + 1] + 1) * 128);
        assertTrue(keys <= before, "heaviest first");
        before = keys;
        seen.add(pairs[i] * 1000 + pairs[i + 1]);
      }
      assertEquals(seen.size(), seen.stream().distinct().count());
    }
  }

  @Test
  void sizesGrowAndCover() {
    StepImage small = new StepImage(8, 4, 2);
    StepImage wide = new StepImage(4, 2, 9);
    assertFalse(small.covers(wide));
    assertTrue(small.or(wide).covers(small) && small.or(wide).covers(wide));
    StepBatch step = step(new int[] {3, 40});
    assertEquals(new StepImage(3, 1, 3), StepImage.sizeOf(step));
  }

  @Test
  void arraysDoNotOverlap() {
    StepImage image = new StepImage(7, 3, 5);
    List<Long> places = new ArrayList<>();
    Collections.addAll(
        places,
        image.tokens(),
        image.positions(),
        image.tokenSequence(),
        image.logitRows(),
        image.axes(),
        image.context(),
        image.firstToken());
    for (int w = 0; w < StepImage.MAX_WINDOWS; w++) {
      places.add(image.tileStart(w));
    }
    places.add(image.blockTables());
    for (int i = 1; i < places.size(); i++) {
      int least = i <= 4 ? 7 : i == 5 ? StepBatch.AXES * 7 : i == 6 ? 3 : 4;
      assertTrue(places.get(i) - places.get(i - 1) >= 4L * least, "array " + i);
    }
    assertEquals(image.blockTables() + 4 * 3 * 5, image.bytes());
  }
}
