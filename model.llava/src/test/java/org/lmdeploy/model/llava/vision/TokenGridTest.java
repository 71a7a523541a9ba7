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

  /** What the original code's unpad_image keeps, then what that of transformers keeps. */
  @ParameterizedTest
  @CsvSource({
    "2,1,27,212,1478, 0 25 27 4, 0 25 27 4",
    "3,1,5,318,185, 0 3 5 9, 0 3 5 9",
    "1,2,24,823,1126, 8 0 32 24, 8 0 32 24",
    "2,2,24,455,1066, 0 14 48 20, 0 14 48 20",
    "1,2,27,1640,557, 22 0 10 27, 22 0 10 27",
    "4,3,27,178,1731, 0 50 81 8, 0 50 81 8",
    "1,3,16,365,507, 13 0 22 16, 13 0 22 16",
    "1,3,27,15,1862, 0 13 81 1, 0 13 81 1",
    "2,2,27,1737,1568, 3 0 48 54, 3 0 48 54",
    "2,2,24,3000,1, 24 0 0 48, 24 0 0 48",
    "1,3,5,1,4000, 0 2 15 1, 0 2 15 1",
    "2,2,24,777,777, 0 0 48 48, 0 0 48 48",
    "2,1,5,1735,694, 1 0 3 10, 0 0 5 10",
    "1,2,5,154,154, 3 0 4 5, 2 0 6 5",
    "4,3,5,1712,1712, 0 3 15 14, 0 2 15 16",
    "2,1,5,1945,778, 1 0 3 10, 0 0 5 10",
    "2,2,5,1070,107, 5 0 0 10, 4 0 2 10",
  })
  void keepsWhatThePublishedCodeKeeps(
      int columns,
      int rows,
      int side,
      int width,
      int height,
      String original,
      String transformers) {
    assertEquals(original, kept(TokenGrid.unpadded(columns, rows, side, width, height, false)));
    assertEquals(transformers, kept(TokenGrid.unpadded(columns, rows, side, width, height, true)));
  }

  private static String kept(TokenGrid grid) {
    return "%s %s %s %s".formatted(grid.top(), grid.left(), grid.height(), grid.width());
  }
}
