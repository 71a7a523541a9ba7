package org.lmdeploy.model.internvl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.testkit.SharedFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The golden scenes: number of tiles, bytes of every resized tile, and normalized samples. */
class GoldenTilesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void everyTileIsThatOfTheReference(int scene) throws Exception {
    JsonNode golden =
        JSON.readTree(SharedFolder.of("goldens/internvl/scene%02d.json".formatted(scene)));
    RgbImage image = decode(SharedFolder.of("goldens/internvl/" + golden.get("image").asString()));
    ImagePart part =
        new ImagePart(
            new ImageSource.Pixels(image),
            ImagePart.Detail.AUTO,
            OptionalInt.of(golden.get("max_num").asInt()));
    TilePreprocessor preprocessor = new TilePreprocessor(checkpoint(), Parallel.COMMON_POOL);

    TileGrid grid = preprocessor.plan(image.width(), image.height(), part);
    assertEquals(golden.get("tiles").asInt(), grid.tiles());
    assertEquals(golden.get("thumbnail").asBoolean(), grid.thumbnail());

    TiledImage tiled = preprocessor.resize(image, grid);
    JsonNode pixels = golden.get("pixel_values");
    for (int tile = 0; tile < grid.tiles(); tile++) {
      assertEquals(
          pixels.get("rgb_sha256").get(tile).asString(), sha256(tiled.tile(tile)), "tile " + tile);
    }

    float[] values = preprocessor.process(image, part);
    int size = pixels.get("shape").get(3).asInt();
    assertEquals(grid.tiles() * 3 * size * size, values.length);
    for (int i = 0; i < 16; i++) {
      assertEquals(pixels.get("first_row_red_first16").get(i).asDouble(), values[i], 1e-6);
    }
    int lastTile = (grid.tiles() - 1) * 3 * size * size;
    JsonNode samples = pixels.get("last_tile_red_8x8");
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        int at = lastTile + (size / 16 + y * (size / 8)) * size + size / 16 + x * (size / 8);
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

  private static InternVlImageConfig checkpoint() throws IOException {
    return InternVlImageConfig.of(
        tree("config.json"), Optional.of(tree("preprocessor_config.json")));
  }

  @SuppressWarnings("unchecked")
  private static ConfigTree tree(String file) throws IOException {
    Path path = SharedFolder.of("models/tiny-internvl2/" + file);
    return ConfigTree.of(file, JSON.readValue(Files.readAllBytes(path), Map.class));
  }

  private static RgbImage decode(Path png) throws IOException {
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

  private static String sha256(RgbImage image) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image.rgb()));
  }
}
