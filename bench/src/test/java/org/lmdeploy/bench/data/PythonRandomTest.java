package org.lmdeploy.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The expected numbers are those of CPython 3. */
class PythonRandomTest {
  @Test
  void samplesAreThoseOfPython() {
    PythonRandom random = new PythonRandom(7);
    assertEquals(List.of(41, 19, 50, 83, 6, 9, 68, 12, 46, 74), random.sample(numbers(100), 10));
    assertEquals(
        List.of(1, 16, 6, 29, 2, 13, 24, 25, 7, 22), random.sample(numbers(30), 30).subList(0, 10));
    assertEquals(
        List.of(70868, 15439, 74830, 40433, 73434, 89391, 23688, 13507),
        random.sample(numbers(100_000), 8));
  }

  @Test
  void aSeedOfMoreThan32BitsCountsWhole() {
    assertEquals(
        List.of(516, 529, 275, 679, 948),
        new PythonRandom((1L << 40) + 5).sample(numbers(1000), 5));
  }

  @Test
  void moreThanThereAreCannotBeDrawn() {
    PythonRandom random = new PythonRandom(0);
    assertThrows(IllegalArgumentException.class, () -> random.sample(numbers(3), 4));
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
