package org.lmdeploy.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.image.RgbImage;

class PixelNormalizerTest {

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  @Test
  void writesPlanesOfARectangle() {
    RgbImage image = PillowResizeTest.noise(11, 7);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment planes = arena.allocate(ValueLayout.JAVA_FLOAT, 5 + 3 * 4 * 3 + 1);
      planes.fill((byte) 0x7f);
      new PixelNormalizer(MEAN, STD).write(image, 2, 3, 4, 3, planes, 5);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 4; x++) {
            int sample = image.rgb()[((3 + y) * 11 + 2 + x) * 3 + c] & 0xff;
            float wanted = (sample / 255f - MEAN[c]) / STD[c];
            assertEquals(
                wanted, planes.getAtIndex(ValueLayout.JAVA_FLOAT, 5 + (c * 3 + y) * 4 + x));
          }
        }
      }
      int untouched = 0x7f7f7f7f;
      assertEquals(untouched, planes.getAtIndex(ValueLayout.JAVA_INT, 4));
      assertEquals(untouched, planes.getAtIndex(ValueLayout.JAVA_INT, 5 + 3 * 4 * 3));
    }
  }

  @Test
  void refusesStatisticsThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new PixelNormalizer(new float[2], STD));
    assertThrows(
        IllegalArgumentException.class, () -> new PixelNormalizer(MEAN, new float[] {1, 0, 1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PixelNormalizer(MEAN, new float[] {1, Float.NaN, 1}));
  }
}
