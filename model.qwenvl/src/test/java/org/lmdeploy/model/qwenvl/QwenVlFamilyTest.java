package org.lmdeploy.model.qwenvl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;

/** Configurations of the family: what they give, and what is said about wrong ones. */
final class QwenVlFamilyTest {
  private static final QwenVlFamily FAMILY = new QwenVlFamily();

  /** That of Qwen-VL-Chat. */
  private static Map<String, Object> visual() {
    Map<String, Object> visual = new LinkedHashMap<>();
    visual.put("heads", 16);
    visual.put("image_size", 448);
    visual.put("image_start_id", 151_857);
    visual.put("layers", 48);
    visual.put("mlp_ratio", 4.9231);
    visual.put("output_dim", 4096);
    visual.put("patch_size", 14);
    visual.put("width", 1664);
    return visual;
  }

  private static ModelFiles files(Object visual) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("QWenLMHeadModel"));
    config.put("hidden_size", 4096);
    config.put("intermediate_size", 22_016);
    config.put("kv_channels", 128);
    config.put("max_position_embeddings", 8192);
    config.put("num_attention_heads", 32);
    config.put("num_hidden_layers", 32);
    config.put("seq_length", 2048);
    config.put("vocab_size", 151_936);
    config.put("visual", visual);
    return new ModelFiles(
        Path.of("."),
        ConfigTree.of("config.json", config),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void readsThePublishedShape() {
    ModelBlueprint blueprint = FAMILY.blueprint(files(visual()));
    assertEquals(151_936, blueprint.vocabSize());
    assertEquals(8192, blueprint.maxPositions());
    assertEquals(2048, blueprint.prefixReuseLimit());
    assertTrue(
        blueprint.evidence().contains("images: 448 x 448 pixels, 256 tokens each"),
        blueprint.evidence()::toString);
    ImageProcessor images =
        blueprint.imageProcessor(new OneTokenTokenizer("<imgpad>", 151_859)).orElseThrow();
    assertEquals("<img><imgpad></img>", images.marker());
    assertEquals("Picture {i}:<IMAGE_TOKEN>\n", images.builtInPrefix());
  }

  @Test
  void leavesTextModelsToOthers() {
    assertTrue(FAMILY.accepts(files(visual())).orElseThrow().endsWith("with visual"));
    assertEquals(Optional.empty(), FAMILY.accepts(files(null)));
  }

  @Test
  void refusesContradictions() {
    refused("heads", 15);
    refused("heads", null);
    refused("image_size", 450);
    refused("image_size", 1 << 20);
    refused("image_size", "large");
    refused("image_start_id", -1);
    refused("image_start_id", null);
    refused("layers", 0);
    refused("layers", 1 << 20);
    refused("mlp_ratio", Double.NaN);
    refused("mlp_ratio", -1);
    refused("mlp_ratio", 1e12);
    refused("n_queries", 255);
    refused("n_queries", 1 << 30);
    refused("output_dim", 2048);
    refused("patch_size", 0);
    refused("width", Integer.MAX_VALUE);
    assertThrows(InvalidModelException.class, () -> FAMILY.blueprint(files("a tower")));
  }

  @Test
  void needsThePlaceholderToken() {
    ModelBlueprint blueprint = FAMILY.blueprint(files(visual()));
    LmDeployException missing =
        assertThrows(
            InvalidModelException.class,
            () -> blueprint.imageProcessor(new OneTokenTokenizer("<image>", 7)));
    assertTrue(missing.getMessage().contains("<imgpad>"), missing.getMessage());
    LmDeployException other =
        assertThrows(
            InvalidModelException.class,
            () -> blueprint.imageProcessor(new OneTokenTokenizer("<imgpad>", 7)));
    assertTrue(other.getMessage().contains("image_start_id"), other.getMessage());
  }

  private static void refused(String key, Object value) {
    Map<String, Object> visual = visual();
    visual.put(key, value);
    LmDeployException error =
        assertThrows(InvalidModelException.class, () -> FAMILY.blueprint(files(visual)), key);
    assertTrue(error.getMessage().contains("visual: " + key), error.getMessage());
  }
}
