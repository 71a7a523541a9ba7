package org.lmdeploy.model.llava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolutionTest {
  private static final List<Resolution> PUBLISHED =
      List.of(
          new Resolution(336, 672),
          new Resolution(672, 336),
          new Resolution(672, 672),
          new Resolution(1008, 336),
          new Resolution(336, 1008));

  /** What the published functions choose: image, resolution, size of the image inside it. */
  @ParameterizedTest
  @CsvSource({
    "336,336,336,672,336,336",
    "100,100,336,672,336,336",
    "1,1,336,672,336,336",
    "1920,1080,672,672,672,378",
    "1080,1920,672,672,378,672",
    "640,480,672,672,672,504",
    "500,1600,336,1008,315,1008",
    "1600,500,1008,336,1008,315",
    "65535,1,336,672,336,1",
    "1,65535,336,672,1,672",
    "337,672,672,672,337,672",
    "1008,336,1008,336,1008,336",
    "2000,700,1008,336,960,336",
    "333,1000,336,1008,336,1008",
    "672,671,672,672,672,671",
    "1492,508,1008,336,987,336",
    "101,430,336,672,158,672",
    "104,2736,336,1008,39,1008",
  })
  void isWhatThePublishedCodeChooses(
      int width, int height, int bestWidth, int bestHeight, int insideWidth, int insideHeight) {
    Resolution best = Resolution.best(PUBLISHED, width, height);
    assertEquals(new Resolution(bestWidth, bestHeight), best);
    assertEquals(new Resolution(insideWidth, insideHeight), best.inside(width, height));
  }
}
