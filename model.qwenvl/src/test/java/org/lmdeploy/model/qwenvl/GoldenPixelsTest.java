package org.lmdeploy.model.qwenvl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.model.qwenvl.vision.VisionConfig;
import org.lmdeploy.testkit.SharedFolder;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The golden scenes: bytes of the resized image, and normalized samples. */
final class GoldenPixelsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void theImageIsThatOfTheReference(int scene) throws Exception {
    Path file = SharedFolder.of("goldens/qwenvl/scene%02d.json".formatted(scene));
    JsonNode golden = JsonMapper.builder().build().readTree(file);
    RgbImage image = decode(file.resolveSibling(golden.get("image").asString()));
    QwenVlImageProcessor processor = processor(golden);
    JsonNode pixels = golden.get("pixel_values");
    assertEquals(
        pixels.get("rgb_sha256").get(0).asString(),
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(processor.resize(image).rgb())));

    ImagePart part =
        new ImagePart(new ImageSource.Pixels(image), ImagePart.Detail.AUTO, OptionalInt.empty());
    ProcessedImage processed = processor.process(image, part);
    for (int i = 0; i < 4; i++) {
      assertEquals(pixels.get("shape").get(i).asLong(), processed.pixels().shape().dim(i));
    }
    assertSamples(pixels, processed);
  }

  private static void assertSamples(JsonNode pixels, ProcessedImage processed) {
    FloatBuffer values =
        processed.pixels().data().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int i = 0; i < 16; i++) {
      assertEquals(pixels.get("first_row_red_first16").get(i).asDouble(), values.get(i), 1e-6);
    }
    int size = pixels.get("shape").get(3).asInt();
    JsonNode samples = pixels.get("last_tile_red_8x8");
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        int at = (size / 16 + y * (size / 8)) * size + size / 16 + x * (size / 8);
        assertEquals(samples.get(y).get(x).asDouble(), values.get(at), 1e-6);
      }
    }
    double sum = 0;
    double squares = 0;
    int count = values.limit();
    for (int i = 0; i < count; i++) {
      sum += values.get(i);
      squares += (double) values.get(i) * values.get(i);
    }
    double mean = sum / count;
    assertEquals(pixels.get("mean").asDouble(), mean, 1e-6);
    assertEquals(pixels.get("std").asDouble(), Math.sqrt(squares / count - mean * mean), 1e-6);
  }

  private static QwenVlImageProcessor processor(JsonNode golden) {
    var files = new LocalModelFolders().read(SharedFolder.of("models/tiny-qwen-vl-chat"));
    var config = files.config();
    return new QwenVlImageProcessor(
        VisionConfig.of(config.child("visual"), config.positiveInt("hidden_size")),
        new OneTokenTokenizer(
            golden.get("image_token").asString(), golden.get("image_token_id").asInt()));
  }

  private static RgbImage decode(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int i = 0; i < rgb.length / 3; i++) {
      int colour = image.getRGB(i % image.getWidth(), i / image.getWidth());
      rgb[3 * i] = (byte) (colour >> 16);
      rgb[3 * i + 1] = (byte) (colour >> 8);
      rgb[3 * i + 2] = (byte) colour;
    }
    return new RgbImage(image.getWidth(), image.getHeight(), rgb);
  }
}
