package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.KvLayout;

/** Configurations: what they give, and what is said about wrong ones. */
final class TextModelsTest {
  @Test
  void readsSizes() {
    TextBlueprint blueprint = TextModels.blueprint(Configs.llama(Map.of()), "language_model.");
    assertEquals("LlamaForCausalLM", blueprint.architecture());
    assertEquals(100, blueprint.vocabSize());
    assertEquals(64, blueprint.hiddenSize());
    assertEquals(512, blueprint.maxPositions());
    assertEquals(new KvLayout(2, 2, 16), blueprint.kvLayout());
    assertEquals(Integer.MAX_VALUE, blueprint.prefixReuseLimit());
  }

  @Test
  void fillsGapsAsTheClassDoes() {
    // the text part of llava-hf's published configuration says no more than this
    ConfigTree config =
        ConfigTree.of("text_config", Map.of("model_type", "llama", "vocab_size", 32_064));
    TextBlueprint blueprint = TextModels.blueprint(config, "");
    assertEquals(4096, blueprint.hiddenSize());
    assertEquals(new KvLayout(32, 32, 128), blueprint.kvLayout());
  }

  @Test
  void limitsPrefixReuseToLengthsWithTheSameFrequencies() {
    var dynamic = Map.of("type", "dynamic", "factor", 2.0);
    TextBlueprint blueprint = TextModels.blueprint(Configs.llama("rope_scaling", dynamic), "");
    assertEquals(512, blueprint.prefixReuseLimit());
  }

  @Test
  void needsMoreMemoryForMoreTokens() {
    TextBlueprint blueprint = TextModels.blueprint(Configs.llama(Map.of()), "");
    assertTrue(blueprint.activationElements(512) > blueprint.activationElements(1));
  }

  @Test
  void namesTheKnownTextModels() {
    var config = Configs.llama("architectures", List.of("MambaForCausalLM"));
    LmDeployException error =
        assertThrows(UnsupportedFeatureException.class, () -> TextModels.blueprint(config, ""));
    assertTrue(error.getMessage().contains("MambaForCausalLM"), error.getMessage());
    assertTrue(error.getMessage().contains("LlamaForCausalLM, InternLM2ForCausalLM"));
  }

  @Test
  void needsAnArchitecture() {
    var config = Configs.llama("architectures", null);
    assertThrows(InvalidModelException.class, () -> TextModels.blueprint(config, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "num_key_value_heads, 3",
    "num_key_value_heads, 0",
    "num_attention_heads, 7",
    "hidden_size, 2000000000",
    "hidden_size, -64",
    "head_dim, 15",
    "head_dim, 1000000",
    "vocab_size, 2000000000",
    "num_hidden_layers, 1000000",
    "max_position_embeddings, 0",
    "rms_norm_eps, NaN",
    "rms_norm_eps, -1",
    "rope_theta, NaN",
    "rope_theta, 0",
    "partial_rotary_factor, 1.5",
  })
  void refusesContradictions(String key, double value) {
    LmDeployException error =
        assertThrows(
            InvalidModelException.class, () -> TextModels.blueprint(Configs.llama(key, value), ""));
    String message = error.getMessage();
    assertTrue(message.startsWith("config.json"), message);
    assertTrue(message.contains(" is ") && message.contains("; "), message);
  }

  @Test
  void refusesUnknownActivations() {
    LmDeployException error =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> TextModels.blueprint(Configs.llama("hidden_act", "softplus"), ""));
    assertTrue(error.getMessage().contains("softplus"), error.getMessage());
  }
}
