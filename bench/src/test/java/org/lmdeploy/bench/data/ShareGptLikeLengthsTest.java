package org.lmdeploy.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShareGptLikeLengthsTest {
  private static final List<Lengths> LENGTHS = ShareGptLikeLengths.draw(50_000, 0);

  @Test
  void meansAreThoseThatWerePublished() {
    assertEquals(225, LENGTHS.stream().mapToInt(Lengths::prompt).average().orElseThrow(), 5);
    assertEquals(204, LENGTHS.stream().mapToInt(Lengths::output).average().orElseThrow(), 5);
  }

  @Test
  void percentilesAreThoseOfTheDistribution() {
    int[] prompts = LENGTHS.stream().mapToInt(Lengths::prompt).sorted().toArray();
    int[] outputs = LENGTHS.stream().mapToInt(Lengths::output).sorted().toArray();
    assertEquals(84, prompts[prompts.length / 2], 5);
    assertEquals(661, prompts[prompts.length * 9 / 10], 20);
    assertEquals(147, outputs[outputs.length / 2], 5);
    assertEquals(457, outputs[outputs.length * 9 / 10], 15);
  }

  @Test
  void allPassTheFilter() {
    assertTrue(LENGTHS.stream().allMatch(each -> Lengths.passes(each.prompt(), each.output())));
  }

  @Test
  void aSeedDecidesThemAll() {
    assertEquals(LENGTHS.subList(0, 100), ShareGptLikeLengths.draw(100, 0));
    assertNotEquals(LENGTHS.subList(0, 100), ShareGptLikeLengths.draw(100, 1));
  }
}
