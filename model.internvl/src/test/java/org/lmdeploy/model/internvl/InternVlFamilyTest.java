package org.lmdeploy.model.internvl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;

/** Configurations of the family: what they give, and what is said about wrong ones. */
final class InternVlFamilyTest {
  private static final Map<String, Object> VISION =
      Map.of("hidden_size", 1024, "num_attention_heads", 16, "image_size", 448, "patch_size", 14);

  private static final Map<String, Object> TEXT =
      Map.of("architectures", List.of("InternLM2ForCausalLM"), "bias", false);

  private static ModelBlueprint blueprint(Map<String, Object> changes) {
    Map<String, Object> config = new TreeMap<>();
    config.put("architectures", List.of("InternVLChatModel"));
    config.put("vision_config", VISION);
    config.put("llm_config", TEXT);
    config.put("force_image_size", 448);
    config.put("dynamic_image_size", true);
    config.put("max_dynamic_patch", 12);
    config.put("use_thumbnail", true);
    config.putAll(changes);
    return new InternVlFamily()
        .blueprint(
            new ModelFiles(
                Path.of("."),
                ConfigTree.of("config.json", config),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void readsThePublishedShape() {
    ModelBlueprint blueprint = blueprint(Map.of());
    assertEquals(103_168, blueprint.vocabSize());
    assertTrue(blueprint.evidence().stream().anyMatch(line -> line.contains("256 tokens each")));
    assertTrue(blueprint.visionActivationElements(1) > 0);
  }

  @Test
  void opensWithAnyKnownTextModel() {
    Map<String, Object> llama = Map.of("architectures", List.of("LlamaForCausalLM"));
    assertEquals(32_000, blueprint(Map.of("llm_config", llama)).vocabSize());
  }

  @Test
  void namesTheTextModelThatIsMissing() {
    Map<String, Object> falcon = Map.of("architectures", List.of("FalconForCausalLM"));
    LmDeployException error =
        assertThrows(
            UnsupportedFeatureException.class, () -> blueprint(Map.of("llm_config", falcon)));
    assertTrue(error.getMessage().contains("llm_config"), error.getMessage());
    assertTrue(error.getMessage().contains("FalconForCausalLM"), error.getMessage());
    assertTrue(error.getMessage().contains("InternLM2ForCausalLM"), error.getMessage());
  }

  @Test
  void refusesContradictions() {
    refused(Map.of("downsample_ratio", 0.3));
    refused(Map.of("ps_version", "v3"));
    refused(Map.of("select_layer", 60));
    refused(Map.of("force_image_size", 450));
    refused(Map.of("vision_config", Map.of("hidden_size", 1000, "num_attention_heads", 16)));
    refused(Map.of("vision_config", Map.of("norm_type", "batch_norm")));
    refused(Map.of("vision_config", Map.of("layer_norm_eps", Double.NaN)));
  }

  @Test
  void needsThePlaceholderToken() {
    ModelBlueprint blueprint = blueprint(Map.of());
    ImageProcessor processor =
        blueprint.imageProcessor(new OneTokenTokenizer("<IMG_CONTEXT>", 7)).orElseThrow();
    assertEquals("<image>", processor.marker());
    LmDeployException error =
        assertThrows(
            InvalidModelException.class,
            () -> blueprint.imageProcessor(new OneTokenTokenizer("<image>", 7)));
    assertTrue(error.getMessage().contains("<IMG_CONTEXT>"), error.getMessage());
  }

  private static void refused(Map<String, Object> changes) {
    assertThrows(InvalidModelException.class, () -> blueprint(changes), changes.toString());
  }
}
