package org.lmdeploy.runtime.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.image.RgbImage;

class ImageDecoderTest {

  /** 16x16 pixels of (200, 30, 90), lossy. */
  private static final String FLAT_WEBP =
      "UklGRjQAAABXRUJQVlA4ICgAAABQAQCdASoQABAAAMASJaAABDOAAP73xCP//s8v//s8v//s8v/s2AAA";

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  static List<PillowFiles.Sample> samples() {
    return PillowFiles.ALL;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void seesWhatPillowSees(PillowFiles.Sample sample) throws Exception {
    RgbImage image = decoder.decode(sample.file());
    assertEquals(sample.width(), image.width());
    assertEquals(sample.height(), image.height());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(image.rgb());
    assertEquals(sample.sha256(), HexFormat.of().formatHex(hash));
  }

  @Test
  void coversEveryFormat() {
    for (String format : List.of("png", "jpeg", "gif", "bmp", "webp")) {
      assertTrue(
          PillowFiles.ALL.stream().anyMatch(sample -> sample.name().startsWith(format)), format);
    }
  }

  @Test
  void lossyWebpIsWithinItsChromaInterpolation() {
    RgbImage image = decoder.decode(Base64.getDecoder().decode(FLAT_WEBP));
    byte[] wanted = {(byte) 199, (byte) 30, (byte) 89};
    assertEquals(16, image.width());
    for (int i = 0; i < image.rgb().length; i++) {
      assertEquals(wanted[i % 3] & 0xff, image.rgb()[i] & 0xff, 2);
    }
  }

  @Test
  void needsNoContextClassLoader() {
    byte[] file = PillowFiles.file("webp lossless");
    byte[] wanted = decoder.decode(file).rgb();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(null);
    try {
      assertArrayEquals(wanted, decoder.decode(file).rgb());
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
