package org.lmdeploy.model.qwen2vl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.model.qwen2vl.vision.TowerConfig;
import org.lmdeploy.testkit.HashedValues;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;
import tools.jackson.databind.ObjectMapper;

/** Images as transformers' Qwen2VLImageProcessor prepares them, by make_qwen2vl_reference.py. */
final class ImageProcessorTest {
  private record Case(
      int width,
      int height,
      int least,
      int most,
      int[] grid,
      int step,
      float[] samples,
      double sum) {}

  private record File(String transformers, List<Case> cases) {}

  @TestFactory
  Stream<DynamicTest> pixelsAreThoseOfTransformers() throws IOException {
    try (InputStream in = ImageProcessorTest.class.getResourceAsStream("/qwen2vl/images.json")) {
      return new ObjectMapper()
          .readValue(in, File.class).cases().stream()
              .map(
                  one ->
                      DynamicTest.dynamicTest(
                          one.width + " x " + one.height + " to at most " + one.most,
                          () -> compare(one)));
    }
  }

  private static void compare(Case one) {
    ProcessedImage image =
        processor(Map.of("min_pixels", one.least, "max_pixels", one.most))
            .process(picture(one.width, one.height), part(ImagePart.Detail.AUTO));
    ProcessedImage.Grid grid = image.grid().orElseThrow();
    assertEquals(one.grid[1], 2 * grid.rows(), "rows of patches");
    assertEquals(one.grid[2], 2 * grid.columns(), "columns of patches");
    float[] pixels = image.pixels().data().toArray(ValueLayout.JAVA_FLOAT);
    for (int i = 0; i < one.samples.length; i++) {
      assertEquals(one.samples[i], pixels[i * one.step], 1e-6, "number " + i * one.step);
    }
    double sum = 0;
    for (float pixel : pixels) {
      sum += pixel;
    }
    assertEquals(one.sum, sum, 1e-6 * pixels.length, "sum");
  }

  private static Qwen2VlImageProcessor processor(Map<String, Object> pixels) {
    TowerConfig tower =
        TowerConfig.of(
            "Qwen2VLForConditionalGeneration", ConfigTree.of("config.json", Map.of()), 3584);
    var tree = ConfigTree.of("preprocessor_config.json", pixels);
    return new Qwen2VlImageProcessor(
        Qwen2VlImageConfig.of(Optional.of(tree), tower), new OneTokenTokenizer("<|image_pad|>", 9));
  }

  private static ImagePart part(ImagePart.Detail detail) {
    return new ImagePart(new ImageSource.Pixels(picture(1, 1)), detail, OptionalInt.empty());
  }

  /** As picture() in the script. */
  private static RgbImage picture(int width, int height) {
    int count = width * height * 3;
    float[] noise = HashedValues.of("picture " + width + "x" + height, count);
    byte[] rgb = new byte[count];
    for (int i = 0; i < count; i++) {
      rgb[i] = (byte) (int) ((noise[i] + 1.0) * 64 + i * 128L / count);
    }
    return new RgbImage(width, height, rgb);
  }

  private static int tokens(Map<String, Object> pixels, ImagePart.Detail detail, int side) {
    return processor(pixels).process(picture(side, side), part(detail)).tokens();
  }

  @Test
  void limitsComeFromEitherFormOfThePreprocessor() {
    Map<String, Object> edges = Map.of("shortest_edge", 3136, "longest_edge", 28 * 28 * 9);
    assertEquals(9, tokens(Map.of("size", edges), ImagePart.Detail.AUTO, 400));
    Map<String, Object> pixels = Map.of("min_pixels", 3136, "max_pixels", 28 * 28 * 9);
    assertEquals(9, tokens(Map.of("size", pixels), ImagePart.Detail.AUTO, 400));
    assertEquals(9, tokens(pixels, ImagePart.Detail.AUTO, 400));
    assertEquals(4, tokens(Map.of("min_pixels", 3136), ImagePart.Detail.AUTO, 30));
  }

  @Test
  void detailLowersTheLimitAndNeverRaisesIt() {
    Map<String, Object> published = Map.of("min_pixels", 3136, "max_pixels", 12_845_056);
    assertEquals(256, tokens(published, ImagePart.Detail.LOW, 1400));
    assertEquals(35 * 35, tokens(published, ImagePart.Detail.MEDIUM, 1400));
    assertEquals(50 * 50, tokens(published, ImagePart.Detail.HIGH, 1400));
    assertEquals(50 * 50, tokens(published, ImagePart.Detail.AUTO, 1400));
    Map<String, Object> small = Map.of("min_pixels", 3136, "max_pixels", 28 * 28 * 9);
    assertEquals(9, tokens(small, ImagePart.Detail.LOW, 1400));
  }

  @Test
  void refusesWhatItCannotMeet() {
    Qwen2VlImageProcessor processor = processor(Map.of());
    ImagePart tiles =
        new ImagePart(
            new ImageSource.Pixels(picture(1, 1)), ImagePart.Detail.AUTO, OptionalInt.of(6));
    InvalidRequestException tiled =
        assertThrows(
            InvalidRequestException.class, () -> processor.process(picture(28, 28), tiles));
    assertTrue(tiled.getMessage().contains("tiles"), tiled.getMessage());
    InvalidRequestException narrow =
        assertThrows(
            InvalidRequestException.class,
            () -> processor.process(picture(201, 1), part(ImagePart.Detail.AUTO)));
    assertTrue(narrow.getMessage().contains("201 x 1"), narrow.getMessage());
  }

  @Test
  void equalPatchesInAnotherGridAreAnotherImage() {
    byte[] white = new byte[28 * 112 * 3];
    Arrays.fill(white, (byte) 255);
    ImagePart part = part(ImagePart.Detail.AUTO);
    Qwen2VlImageProcessor processor = processor(Map.of("min_pixels", 784));
    ProcessedImage wide = processor.process(new RgbImage(112, 28, white), part);
    ProcessedImage tall = processor.process(new RgbImage(28, 112, white), part);
    assertEquals(-1, wide.pixels().data().mismatch(tall.pixels().data()), "the same pixels");
    assertNotEquals(wide.key(), tall.key());
  }

  @Test
  void noImageIsLargerThanTheMemoryThatIsPlanned() {
    for (int[] limit : new int[][] {{3136, 3136}, {784, 1000}, {3136, 20_000}, {90_000, 90_000}}) {
      PixelLimits limits = new PixelLimits(limit[0], limit[1]);
      for (int width = 1; width < 4000; width = width * 5 / 4 + 1) {
        for (int height = 1; height < 4000; height = height * 5 / 4 + 1) {
          if (Math.max(width, height) <= 200 * Math.min(width, height)) {
            ImageSize size = ImageSize.of(width, height, 28, limits);
            long area = (long) size.width() * size.height();
            assertTrue(
                area <= limits.largest(28) && area > 0, width + " x " + height + ": " + size);
          }
        }
      }
    }
  }
}
