package org.lmdeploy.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.image.RgbImage;

/** What is no image, or too large a one, is an error that says so, and never a picture. */
class ImageRefusalTest {

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "hello, I am no image", "<!DOCTYPE html>", "GIF8", "RIFF....WAVE"})
  void refusesOtherBytes(String bytes) {
    assertTrue(refusal(bytes.getBytes(StandardCharsets.US_ASCII)).contains("image"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "png rgb",
        "png P",
        "jpeg q75 4:2:0",
        "jpeg prog q75 4:4:4",
        "gif",
        "bmp",
        "webp lossless"
      })
  void refusesAFileThatIsCutShort(String name) {
    byte[] file = PillowFiles.file(name);
    for (int length = 0; length < file.length * 9 / 10; length += 1 + file.length / 100) {
      refusal(Arrays.copyOf(file, length));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "png rgb",
        "png P",
        "jpeg q75 4:2:0",
        "jpeg prog q75 4:4:4",
        "gif",
        "bmp",
        "webp lossless"
      })
  void aDamagedFileIsAnImageOrAnError(String name) {
    byte[] file = PillowFiles.file(name);
    Random random = new Random(3);
    // A small limit, so that a damaged header does not ask for much memory.
    ImageDecoder small = new ImageDecoder(new ImageLimits(1 << 20, 4096));
    for (int i = 0; i < 300; i++) {
      byte[] damaged = file.clone();
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        RgbImage image = small.decode(damaged);
        assertTrue((long) image.width() * image.height() <= 1 << 20);
      } catch (InvalidRequestException e) {
        assertEquals("image_url", e.parameter().orElseThrow());
      }
    }
  }

  @Test
  void refusesAHugeHeaderBeforeItTakesMemory() {
    String message = refusal(png(100_000, 100_000, new byte[0]));
    assertTrue(message.contains("100000 x 100000"), message);
    assertTrue(message.contains("64000000"), message);
  }

  @Test
  void refusesHugeHeadersOfEveryFormat() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(20 * 13, 65_535));
    for (PillowFiles.Sample sample : PillowFiles.ALL) {
      if (sample.width() * sample.height() > 20 * 13) {
        assertThrows(
            InvalidRequestException.class, () -> small.decode(sample.file()), sample.name());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0,5", "5,0", "-1,5", "70000,1", "1,70000"})
  void refusesSidesOutOfRange(int width, int height) {
    refusal(png(width, height, new byte[16]));
  }

  @Test
  void dataBeyondTheLastRowIsNotInflated() {
    RgbImage image = decoder.decode(png(2, 2, new byte[50_000_000]));
    assertEquals(2, image.width());
  }

  @Test
  void limitsMustBePositive() {
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(0, 5));
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(5, 0));
  }

  private String refusal(byte[] file) {
    return assertThrows(InvalidRequestException.class, () -> decoder.decode(file)).getMessage();
  }

  /** An 8-bit RGB image with that header and those scan lines, however many they are. */
  private static byte[] png(int width, int height, byte[] lines) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    byte[] header = {8, 2, 0, 0, 0};
    file.writeBytes(
        chunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(header).array()));
    file.writeBytes(chunk("IDAT", deflate(lines)));
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private static byte[] chunk(String tag, byte[] payload) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + payload.length).putInt(payload.length);
    chunk.put(tag.getBytes(StandardCharsets.US_ASCII)).put(payload);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + payload.length);
    return chunk.putInt((int) sum.getValue()).array();
  }

  private static byte[] deflate(byte[] bytes) {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      out.write(bytes);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return deflated.toByteArray();
  }
}
