package org.lmdeploy.model.internvl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.internvl.InternVlImageConfig.Fit;

class InternVlImageConfigTest {

  private static final ConfigTree TILED =
      config(
          Map.of(
              "dynamic_image_size",
              true,
              "force_image_size",
              224,
              "min_dynamic_patch",
              1,
              "max_dynamic_patch",
              6,
              "use_thumbnail",
              true,
              "vision_config",
              Map.of("image_size", 448)));

  @Test
  void readsACheckpoint() {
    ConfigTree preprocessor =
        preprocessor(
            Map.of(
                "resample",
                2,
                "image_mean",
                List.of(0.5, 0.25, 0.125),
                "image_std",
                List.of(1, 2, 4),
                "do_center_crop",
                true));
    InternVlImageConfig read = InternVlImageConfig.of(TILED, Optional.of(preprocessor));
    assertEquals(224, read.tileSize());
    assertEquals(Fit.TILES, read.fit());
    assertEquals(6, read.maxDynamicPatch());
    assertTrue(read.useThumbnail());
    assertEquals(Filter.BILINEAR, read.filter());
    assertArrayEquals(new float[] {0.5f, 0.25f, 0.125f}, read.mean());
    assertArrayEquals(new float[] {1, 2, 4}, read.std());
  }

  @Test
  void hasThePublishedDefaults() {
    InternVlImageConfig read =
        InternVlImageConfig.of(
            config(Map.of("vision_config", Map.of("image_size", 448))), Optional.empty());
    assertEquals(448, read.tileSize());
    assertEquals(Fit.STRETCH, read.fit());
    assertEquals(Filter.BICUBIC, read.filter());
    assertArrayEquals(new float[] {0.485f, 0.456f, 0.406f}, read.mean());
    assertArrayEquals(new float[] {0.229f, 0.224f, 0.225f}, read.std());
  }

  @Test
  void refusesWhatCannotBe() {
    refuses(
        Map.of("max_dynamic_patch", 1, "min_dynamic_patch", 2, "dynamic_image_size", true),
        Map.of());
    refuses(Map.of("force_image_size", 0), Map.of());
    refuses(Map.of(), Map.of("resample", 6));
    refuses(Map.of(), Map.of("image_mean", List.of(1, 2)));
    refuses(Map.of(), Map.of("image_std", List.of(1, 0, 1)));
  }

  @Test
  void withoutTilesEveryImageIsOneSquare() {
    RgbImage image = new RgbImage(20, 10, new byte[600]);
    for (boolean crop : new boolean[] {false, true}) {
      InternVlImageConfig square =
          InternVlImageConfig.of(
              config(Map.of("vision_config", Map.of("image_size", 8))),
              Optional.of(preprocessor(Map.of("do_center_crop", crop))));
      assertEquals(crop ? Fit.CENTER_CROP : Fit.STRETCH, square.fit());
      TilePreprocessor tiles = new TilePreprocessor(square, Parallel.SEQUENTIAL);
      assertEquals(
          3 * 8 * 8, tiles.process(image, new ImagePart(new ImageSource.Pixels(image))).length);
    }
  }

  @Test
  void theMiddleIsCutOut() {
    // Red, green and blue thirds: only the middle one is left.
    byte[] rgb = new byte[24 * 8 * 3];
    for (int i = 0; i < 24 * 8; i++) {
      rgb[i * 3 + i % 24 / 8] = (byte) 255;
    }
    RgbImage image = new RgbImage(24, 8, rgb);
    InternVlImageConfig crop =
        InternVlImageConfig.of(
            config(Map.of("vision_config", Map.of("image_size", 8))),
            Optional.of(preprocessor(Map.of("do_center_crop", true))));
    RgbImage tile =
        new TilePreprocessor(crop, Parallel.SEQUENTIAL).resize(image, TileGrid.SINGLE).tile(0);
    for (int i = 0; i < tile.rgb().length; i++) {
      assertEquals(i % 3 == 1 ? (byte) 255 : 0, tile.rgb()[i]);
    }
  }

  private static void refuses(Map<String, Object> config, Map<String, Object> preprocessor) {
    Map<String, Object> values = new java.util.HashMap<>(config);
    values.put("vision_config", Map.of("image_size", 448));
    assertThrows(
        InvalidModelException.class,
        () -> InternVlImageConfig.of(config(values), Optional.of(preprocessor(preprocessor))));
  }

  private static ConfigTree config(Map<String, Object> values) {
    return ConfigTree.of("config.json", values);
  }

  private static ConfigTree preprocessor(Map<String, Object> values) {
    return ConfigTree.of("preprocessor_config.json", values);
  }
}
