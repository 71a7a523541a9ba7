package org.lmdeploy.model.internvl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileGridPlannerTest {

  /**
   * What the published dynamic_preprocess chooses: width, height, tile size, min, max, columns,
   * rows.
   */
  @ParameterizedTest
  @CsvSource({
    "979,2363,224,5,3,1,1",
    "2976,308,336,1,3,3,1",
    "1755,80,224,1,4,4,1",
    "489,1630,336,1,8,1,3",
    "2522,68,224,6,12,12,1",
    "820,64,224,2,24,13,1",
    "688,301,448,1,40,9,4",
    "1896,1264,448,1,16,3,2",
    "2200,2200,336,1,24,4,4",
    "1662,554,448,1,12,3,1",
    "315,420,224,1,30,3,4",
    "940,1323,224,4,12,3,4",
    "582,1164,336,1,16,2,4",
    "2094,957,336,2,1,1,1",
    "116,156,224,1,6,2,3",
    "1062,766,448,1,1,1,1",
    "1295,1439,448,1,5,2,2",
    "2377,608,448,1,6,4,1",
    "384,1177,224,1,24,2,6",
    "250,1250,336,1,1,1,1",
    "824,148,336,1,3,3,1",
    "988,1482,448,1,16,2,3",
    "1520,124,448,2,30,12,1",
    "860,3870,224,1,5,1,5",
    "637,1556,336,1,2,1,2",
    "607,607,224,1,8,2,2",
    "390,24,224,1,5,5,1",
    "922,2749,224,1,8,1,3",
    "1457,801,336,5,9,4,2",
    "440,220,448,1,16,2,1",
    "592,36,448,1,40,16,1",
    "2721,1865,448,1,40,6,4",
    "991,1869,336,2,1,1,1",
    "2542,1960,336,1,1,1,1",
    "2728,34,448,1,30,30,1",
    "1704,36,336,1,3,3,1",
    "65535,1,448,1,12,12,1",
    "1,65535,448,1,12,1,12",
    "1344,1792,448,1,12,3,4",
    "400,400,224,1,6,2,2",
  })
  void choosesThePublishedGrid(
      int width, int height, int size, int min, int max, int columns, int rows) {
    TileGrid grid = new TileGridPlanner(size, min, max, false).plan(width, height);
    assertEquals(new TileGrid(columns, rows, false), grid);
  }

  @Test
  void aTieGoesToTheLargerGridOnlyIfTheImageFillsMoreThanHalfOfIt() {
    TileGridPlanner planner = new TileGridPlanner(100, 1, 4, false);
    assertEquals(
        new TileGrid(1, 1, false), planner.plan(141, 141)); // 19881 pixels, half of 2x2 is 20000
    assertEquals(new TileGrid(2, 2, false), planner.plan(142, 142));
  }

  @Test
  void aThumbnailComesOnlyWithSeveralTiles() {
    TileGridPlanner planner = new TileGridPlanner(448, 1, 12, true);
    assertFalse(planner.plan(300, 300).thumbnail());
    assertTrue(planner.plan(896, 448).thumbnail());
    assertEquals(3, planner.plan(896, 448).tiles());
  }

  @Test
  void staysWithinItsLimits() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      int min = 1 + random.nextInt(6);
      int max = min + random.nextInt(30);
      int tiles =
          new TileGridPlanner(448, min, max, false)
              .plan(1 + random.nextInt(5000), 1 + random.nextInt(5000))
              .tiles();
      assertTrue(tiles >= min && tiles <= max, tiles + " of " + min + " to " + max);
    }
  }

  @Test
  void withoutACandidateTheImageIsOneTile() {
    assertEquals(TileGrid.SINGLE, new TileGridPlanner(448, 4, 2, true).plan(900, 500));
  }
}
