package org.lmdeploy.model.llava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PillowResize;
import org.lmdeploy.model.image.Pixels;

class SquarePadTest {
  private static final int[] COLOUR = {122, 116, 104};

  /** Bands give what the whole square gives. */
  @ParameterizedTest
  @CsvSource({
    "200,131,56",
    "131,200,56",
    "150,150,56",
    "20,9,56",
    "9,20,56",
    "1,300,24",
    "300,1,24",
    "56,40,56",
    "40,56,56",
    "129,64,10"
  })
  void isThePaddedSquareResized(int width, int height, int size) {
    byte[] rgb = new byte[width * height * 3];
    new Random(width * 1000L + height).nextBytes(rgb);
    RgbImage image = new RgbImage(width, height, rgb);
    int side = Math.max(width, height);
    RgbImage square =
        Pixels.onCanvas(image, side, side, (side - width) / 2, (side - height) / 2, COLOUR);
    RgbImage wanted = PillowResize.resize(square, size, size, Filter.BICUBIC);
    for (Parallel parallel : new Parallel[] {Parallel.SEQUENTIAL, Parallel.COMMON_POOL}) {
      RgbImage padded = SquarePad.apply(image, size, COLOUR, Filter.BICUBIC, parallel);
      assertArrayEquals(wanted.rgb(), padded.rgb());
    }
  }

  @ParameterizedTest
  @CsvSource({"65535,1", "1,65535"})
  void aLineNeedsNoHugeSquare(int width, int height) {
    RgbImage line = new RgbImage(width, height, new byte[width * height * 3]);
    RgbImage padded = SquarePad.apply(line, 336, COLOUR, Filter.BICUBIC, Parallel.SEQUENTIAL);
    assertEquals(336, padded.width());
    assertEquals(336, padded.height());
    assertEquals((byte) COLOUR[0], padded.rgb()[0]);
  }
}
