package org.lmdeploy.model.qwen2vl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;

/** Configurations of the family: what they give, and what is said about wrong ones. */
final class Qwen2VlFamilyTest {
  private static final String QWEN2 = "Qwen2VLForConditionalGeneration";
  private static final String QWEN25 = "Qwen2_5_VLForConditionalGeneration";

  /** As Qwen2-VL-7B-Instruct has it. */
  private static Map<String, Object> text() {
    Map<String, Object> config = new TreeMap<>();
    config.put("hidden_size", 3584);
    config.put("intermediate_size", 18_944);
    config.put("num_hidden_layers", 28);
    config.put("num_attention_heads", 28);
    config.put("num_key_value_heads", 4);
    config.put("vocab_size", 152_064);
    config.put("max_position_embeddings", 32_768);
    config.put("rope_theta", 1e6);
    config.put("rope_scaling", Map.of("type", "mrope", "mrope_section", List.of(16, 24, 24)));
    return config;
  }

  private static ModelBlueprint blueprint(
      String architecture,
      Map<String, ?> changes,
      Map<String, Object> vision,
      Map<String, Object> pixels) {
    Map<String, Object> config = text();
    config.put("architectures", List.of(architecture));
    config.put("vision_config", vision);
    config.putAll(changes);
    return new Qwen2VlFamily()
        .blueprint(
            new ModelFiles(
                Path.of("."),
                ConfigTree.of("config.json", config),
                Optional.empty(),
                Optional.of(ConfigTree.of("preprocessor_config.json", pixels)),
                Optional.empty()));
  }

  @Test
  void readsThePublishedShapes() {
    Map<String, Object> pixels = Map.of("min_pixels", 3136, "max_pixels", 12_845_056);
    ModelBlueprint two = blueprint(QWEN2, Map.of(), Map.of("embed_dim", 1280), pixels);
    assertEquals(152_064, two.vocabSize());
    assertEquals(28, two.kvLayout().layers());
    // one image of the largest size: some 65,536 patches of 1280 columns in several copies
    assertTrue(two.visionActivationElements(1) > 65_536L * 1280 * 5);
    assertTrue(two.evidence().stream().anyMatch(line -> line.contains("12845056 pixels")));
    ModelBlueprint twoFive = blueprint(QWEN25, Map.of(), Map.of("hidden_size", 1280), pixels);
    assertTrue(twoFive.evidence().stream().anyMatch(line -> line.contains("windows of 4 x 4")));
  }

  @Test
  void placesImagesAsPublished() {
    ImageProcessor processor =
        blueprint(QWEN2, Map.of(), Map.of(), Map.of())
            .imageProcessor(new OneTokenTokenizer("<|image_pad|>", 151_655))
            .orElseThrow();
    assertEquals("<|vision_start|><|image_pad|><|vision_end|>", processor.marker());
    assertEquals("<IMAGE_TOKEN>", processor.builtInPrefix());
    assertEquals(
        new ImageProcessor.ImageSlot("<|vision_start|>", 151_655, "<|vision_end|>"),
        processor.slot(null));
    assertThrows(
        InvalidModelException.class,
        () ->
            blueprint(QWEN2, Map.of(), Map.of(), Map.of())
                .imageProcessor(new OneTokenTokenizer("<image>", 5)));
  }

  @TestFactory
  Stream<DynamicTest> wrongConfigurationsAreNamed() {
    return Stream.of(
        wrong("no sections", scaling("mrope_section", List.of(16, 24)), Map.of(), "mrope_section"),
        wrong("sections", scaling("mrope_section", List.of(16, 24, 25)), Map.of(), "64 pairs"),
        wrong("below 0", scaling("mrope_section", List.of(-8, 48, 24)), Map.of(), "mrope_section"),
        wrong("rule", scaling("type", "dynamic", "factor", 2.0), Map.of(), "looks at the length"),
        wrong("vision size", Map.of(), Map.of("hidden_size", 1024), "3584"),
        wrong("heads", Map.of(), Map.of("embed_dim", 1280, "num_heads", 7), "num_heads"),
        wrong("colours", Map.of(), Map.of("in_chans", 1), "red, green, blue"),
        wrong("depth", Map.of(), Map.of("depth", 100_000), "believable"),
        wrong("activation", Map.of(), Map.of("hidden_act", "mish"), "mish"),
        wrong("vision", Map.of("vision_config", 3), Map.of(), "vision_config"));
  }

  private static Map<String, Object> scaling(Object... pairs) {
    Map<String, Object> rules = new TreeMap<>();
    rules.put("type", "mrope");
    rules.put("mrope_section", List.of(16, 24, 24));
    for (int i = 0; i < pairs.length; i += 2) {
      rules.put((String) pairs[i], pairs[i + 1]);
    }
    return Map.of("rope_scaling", rules);
  }

  private static DynamicTest wrong(
      String name, Map<String, ?> changes, Map<String, Object> vision, String part) {
    return DynamicTest.dynamicTest(
        name, () -> assertRefused(part, () -> blueprint(QWEN2, changes, vision, Map.of())));
  }

  @Test
  void wrongWindowsAreNamed() {
    assertRefused(
        "window_size", () -> blueprint(QWEN25, Map.of(), Map.of("window_size", 27), Map.of()));
    assertRefused(
        "fullatt_block_indexes",
        () ->
            blueprint(QWEN25, Map.of(), Map.of("fullatt_block_indexes", List.of(7, 40)), Map.of()));
  }

  @Test
  void wrongPreprocessorsAreNamed() {
    for (Map<String, Object> pixels :
        List.<Map<String, Object>>of(
            Map.of("patch_size", 16),
            Map.of("merge_size", 4),
            Map.of("temporal_patch_size", 1),
            Map.of("max_pixels", 784),
            Map.of("max_pixels", 1 << 30),
            Map.of("do_resize", false),
            Map.of("rescale_factor", 1.0),
            Map.of("image_std", List.of(1, 0, 1)),
            Map.of("resample", 9))) {
      assertRefused(
          pixels.keySet().iterator().next(), () -> blueprint(QWEN2, Map.of(), Map.of(), pixels));
    }
  }

  private static void assertRefused(String part, Runnable reading) {
    LmDeployException refusal = assertThrows(LmDeployException.class, reading::run);
    assertTrue(
        refusal instanceof InvalidModelException || refusal instanceof UnsupportedFeatureException,
        refusal.toString());
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }
}
