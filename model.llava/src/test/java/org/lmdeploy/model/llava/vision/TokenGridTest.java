package org.lmdeploy.model.llava.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenGridTest {
  @Test
  void aWholeGridIsReadRowByRowAcrossItsTiles() {
    TokenGrid grid = TokenGrid.whole(2, 1, 2);
    int[] order = new int[grid.tokens()];
    grid.order(100, -1, order, 0);
    // the whole image's tile, then the upper rows of both tiles, then the lower ones
    assertArrayEquals(
        new int[] {100, 101, 102, 103, 104, 105, 108, 109, 106, 107, 110, 111}, order);
  }

  @Test
  void paddingIsLeftOutAndRowsEndWithNewlines() {
    // 1 of 4 rows of patches is image; an odd rest is lost on both sides
    TokenGrid grid = TokenGrid.unpadded(1, 2, 2, 200, 250, false);
    assertEquals(new TokenGrid(1, 2, 2, 1, 0, 2, 2, true), grid);
    int[] order = new int[grid.tokens() + 1];
    grid.order(0, 99, order, 1);
    assertArrayEquals(new int[] {0, 0, 1, 2, 3, 6, 7, 99, 8, 9, 99}, order);
  }
}
