package org.lmdeploy.model.llava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.testkit.SharedFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The golden scenes: bytes of the resized image and normalized samples. */
class GoldenTilesTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void theSquareIsThatOfTheReference(int scene) throws Exception {
    JsonNode golden =
        JsonMapper.builder()
            .build()
            .readTree(SharedFolder.of("goldens/llava/scene%02d.json".formatted(scene)));
    JsonNode pixels = golden.get("pixel_values");
    RgbImage image = decode(SharedFolder.of("goldens/llava/" + golden.get("image").asString()));
    ConfigTree keys =
        new LocalModelFolders()
            .read(SharedFolder.of("models/tiny-llava-hf"))
            .preprocessorConfig()
            .orElseThrow();
    int size = pixels.get("shape").get(3).asInt();
    TilePreprocessor preprocessor =
        new TilePreprocessor(
            ImageConfig.square(keys, size, Optional.of(Fit.PAD)), Parallel.COMMON_POOL);

    List<Tile> tiles = preprocessor.resize(image);
    assertEquals(1, tiles.size());
    assertEquals(
        pixels.get("rgb_sha256").get(0).asString(), sha256(tiles.getFirst().source().rgb()));

    float[] values = new float[3 * size * size];
    preprocessor.process(image, size, MemorySegment.ofArray(values));
    for (int i = 0; i < 16; i++) {
      assertEquals(pixels.get("first_row_red_first16").get(i).asDouble(), values[i], 1e-6);
    }
    JsonNode samples = pixels.get("last_tile_red_8x8");
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        int at = (size / 16 + y * (size / 8)) * size + size / 16 + x * (size / 8);
        assertEquals(samples.get(y).get(x).asDouble(), values[at], 1e-6);
      }
    }
    assertMoments(pixels, values);
  }

  private static void assertMoments(JsonNode pixels, float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    assertEquals(pixels.get("mean").asDouble(), mean, 1e-6);
    assertEquals(
        pixels.get("std").asDouble(), Math.sqrt(squares / values.length - mean * mean), 1e-6);
  }

  private static RgbImage decode(Path png) throws Exception {
    var image = ImageIO.read(png.toFile());
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int i = 0; i < rgb.length / 3; i++) {
      int colour = image.getRGB(i % image.getWidth(), i / image.getWidth());
      rgb[3 * i] = (byte) (colour >> 16);
      rgb[3 * i + 1] = (byte) (colour >> 8);
      rgb[3 * i + 2] = (byte) colour;
    }
    return new RgbImage(image.getWidth(), image.getHeight(), rgb);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
