package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.KvLayout;

/** What the classes of text models make of their published configurations, and what they refuse. */
final class FamilyConfigsTest {
  /** A configuration of a class from pairs of key and value. */
  private static ConfigTree config(String architecture, Object... pairs) {
    Map<String, Object> values = new TreeMap<>();
    values.put("architectures", List.of(architecture));
    for (int i = 0; i < pairs.length; i += 2) {
      values.put((String) pairs[i], pairs[i + 1]);
    }
    return ConfigTree.of("config.json", values);
  }

  private static TextBlueprint blueprint(String architecture, Object... pairs) {
    return TextModels.blueprint(config(architecture, pairs), "");
  }

  private static String attention(TextBlueprint blueprint) {
    return blueprint.evidence().get(1);
  }

  private static void refused(
      Class<? extends LmDeployException> type, String word, String architecture, Object... pairs) {
    LmDeployException error = assertThrows(type, () -> blueprint(architecture, pairs));
    assertTrue(error.getMessage().startsWith("config.json"), error.getMessage());
    assertTrue(error.getMessage().contains(word), error.getMessage());
  }

  @Test
  void yi34b() {
    TextBlueprint yi =
        blueprint(
            "LlamaForCausalLM",
            "hidden_size",
            7168,
            "intermediate_size",
            20_480,
            "max_position_embeddings",
            4096,
            "model_type",
            "llama",
            "num_attention_heads",
            56,
            "num_hidden_layers",
            60,
            "num_key_value_heads",
            8,
            "pad_token_id",
            0,
            "pretraining_tp",
            1,
            "rms_norm_eps",
            1e-5,
            "rope_scaling",
            null,
            "rope_theta",
            5_000_000.0,
            "tie_word_embeddings",
            false,
            "vocab_size",
            64_000);
    assertEquals(new KvLayout(60, 8, 128), yi.kvLayout());
    assertEquals(64_000, yi.vocabSize());
    assertTrue(yi.evidence().getLast().contains("base 5000000.0"), yi.evidence().getLast());
  }

  @Test
  void deepSeekLlm7b() {
    TextBlueprint deepSeek =
        blueprint(
            "LlamaForCausalLM",
            "attention_bias",
            false,
            "hidden_act",
            "silu",
            "hidden_size",
            4096,
            "intermediate_size",
            11_008,
            "max_position_embeddings",
            4096,
            "model_type",
            "llama",
            "num_attention_heads",
            32,
            "num_hidden_layers",
            30,
            "num_key_value_heads",
            32,
            "pretraining_tp",
            1,
            "rms_norm_eps",
            1e-6,
            "rope_scaling",
            null,
            "rope_theta",
            10_000.0,
            "tie_word_embeddings",
            false,
            "vocab_size",
            102_400);
    assertEquals(new KvLayout(30, 32, 128), deepSeek.kvLayout());
    assertEquals(4096, deepSeek.maxPositions());
  }

  @Test
  void deepSeekCoder33b() {
    TextBlueprint coder =
        blueprint(
            "LlamaForCausalLM",
            "hidden_size",
            7168,
            "intermediate_size",
            19_200,
            "max_position_embeddings",
            16_384,
            "num_attention_heads",
            56,
            "num_hidden_layers",
            62,
            "num_key_value_heads",
            8,
            "rms_norm_eps",
            1e-6,
            "rope_scaling",
            Map.of("factor", 4.0, "type", "linear"),
            "rope_theta",
            100_000,
            "vocab_size",
            32_256);
    assertTrue(coder.evidence().getLast().contains("scaling linear"), coder.evidence().getLast());
  }

  @Test
  void mistral7b() {
    TextBlueprint first =
        blueprint(
            "MistralForCausalLM",
            "hidden_size",
            4096,
            "intermediate_size",
            14_336,
            "max_position_embeddings",
            32_768,
            "num_attention_heads",
            32,
            "num_hidden_layers",
            32,
            "num_key_value_heads",
            8,
            "rms_norm_eps",
            1e-5,
            "rope_theta",
            10_000.0,
            "sliding_window",
            4096,
            "vocab_size",
            32_000);
    assertEquals(new KvLayout(32, 8, 128), first.kvLayout());
    assertTrue(attention(first).contains("last 4096 positions"), attention(first));
  }

  @Test
  void mistralNemoHasItsOwnHeadSize() {
    TextBlueprint nemo =
        blueprint(
            "MistralForCausalLM",
            "head_dim",
            128,
            "hidden_size",
            5120,
            "num_attention_heads",
            32,
            "num_hidden_layers",
            40,
            "num_key_value_heads",
            8,
            "sliding_window",
            null);
    assertEquals(new KvLayout(40, 8, 128), nemo.kvLayout());
    assertFalse(attention(nemo).contains("positions"), attention(nemo));
  }

  @Test
  void aMistralThatSaysNothingIsTheClassesDefault() {
    // the text part of llava-v1.6-mistral-7b-hf leaves most keys out
    TextBlueprint part =
        TextModels.blueprint(
            ConfigTree.of("text_config", Map.of("model_type", "mistral", "vocab_size", 32_064)),
            "");
    assertEquals(new KvLayout(32, 8, 128), part.kvLayout());
    assertTrue(attention(part).contains("last 4096 positions"), attention(part));
  }

  @Test
  void aWindowHasToBeANumber() {
    refused(
        InvalidModelException.class, "sliding_window", "MistralForCausalLM", "sliding_window", 0);
  }

  @Test
  void qwen25HasAWindowThatIsTurnedOff() {
    TextBlueprint qwen =
        blueprint(
            "Qwen2ForCausalLM",
            "hidden_act",
            "silu",
            "hidden_size",
            3584,
            "intermediate_size",
            18_944,
            "max_position_embeddings",
            32_768,
            "max_window_layers",
            28,
            "model_type",
            "qwen2",
            "num_attention_heads",
            28,
            "num_hidden_layers",
            28,
            "num_key_value_heads",
            4,
            "rms_norm_eps",
            1e-6,
            "rope_theta",
            1_000_000.0,
            "sliding_window",
            131_072,
            "tie_word_embeddings",
            false,
            "use_mrope",
            false,
            "use_sliding_window",
            false,
            "vocab_size",
            152_064);
    assertEquals(new KvLayout(28, 4, 128), qwen.kvLayout());
    assertFalse(attention(qwen).contains("positions"), attention(qwen));
  }

  @Test
  void qwenMayHaveAWindowInAllLayersOrNone() {
    TextBlueprint all =
        blueprint(
            "Qwen2ForCausalLM",
            "use_sliding_window",
            true,
            "sliding_window",
            100,
            "max_window_layers",
            0);
    assertTrue(attention(all).contains("last 100 positions"), attention(all));
    TextBlueprint none =
        blueprint("Qwen2ForCausalLM", "use_sliding_window", true, "max_window_layers", 32);
    assertFalse(attention(none).contains("positions"), attention(none));
    TextBlueprint named =
        blueprint(
            "Qwen2ForCausalLM",
            "use_sliding_window",
            true,
            "num_hidden_layers",
            2,
            "layer_types",
            List.of("sliding_attention", "sliding_attention"));
    assertTrue(attention(named).contains("last 4096 positions"), attention(named));
    TextBlueprint off =
        blueprint("Qwen2ForCausalLM", "use_sliding_window", true, "sliding_window", null);
    assertFalse(attention(off).contains("positions"), attention(off));
  }

  @Test
  void qwenIsRefusedWithAWindowInSomeLayers() {
    refused(
        UnsupportedFeatureException.class,
        "4 of 32 layers",
        "Qwen2ForCausalLM",
        "use_sliding_window",
        true);
    refused(
        UnsupportedFeatureException.class,
        "1 of 2 layers",
        "Qwen2ForCausalLM",
        "use_sliding_window",
        true,
        "num_hidden_layers",
        2,
        "layer_types",
        List.of("sliding_attention", "full_attention"));
    refused(
        UnsupportedFeatureException.class,
        "chunked_attention",
        "Qwen2ForCausalLM",
        "num_hidden_layers",
        1,
        "layer_types",
        List.of("chunked_attention"));
  }

  @Test
  void qwenIsRefusedWithLayerTypesThatContradict() {
    refused(
        InvalidModelException.class,
        "layer_types",
        "Qwen2ForCausalLM",
        "num_hidden_layers",
        1,
        "layer_types",
        List.of("sliding_attention"));
    refused(
        InvalidModelException.class,
        "layer_types",
        "Qwen2ForCausalLM",
        "num_hidden_layers",
        2,
        "layer_types",
        List.of("full_attention"));
  }

  @Test
  void positionsInThreeDimensionsNeedTheirSections() {
    refused(UnsupportedFeatureException.class, "use_mrope", "Qwen2ForCausalLM", "use_mrope", true);
    refused(
        InvalidModelException.class,
        "mrope_section",
        "Qwen2ForCausalLM",
        "rope_scaling",
        Map.of("type", "mrope"));
    refused(
        InvalidModelException.class,
        "add up to 64 pairs",
        "Qwen2ForCausalLM",
        "rope_scaling",
        Map.of("type", "mrope", "mrope_section", List.of(16, 24, 25)));
  }

  @Test
  void qwen3HasItsOwnHeadSize() {
    TextBlueprint qwen =
        blueprint(
            "Qwen3ForCausalLM",
            "attention_bias",
            false,
            "head_dim",
            128,
            "hidden_act",
            "silu",
            "hidden_size",
            1024,
            "intermediate_size",
            3072,
            "max_position_embeddings",
            40_960,
            "max_window_layers",
            28,
            "model_type",
            "qwen3",
            "num_attention_heads",
            16,
            "num_hidden_layers",
            28,
            "num_key_value_heads",
            8,
            "rms_norm_eps",
            1e-6,
            "rope_scaling",
            null,
            "rope_theta",
            1_000_000,
            "sliding_window",
            null,
            "tie_word_embeddings",
            true,
            "use_sliding_window",
            false,
            "vocab_size",
            151_936);
    assertEquals(new KvLayout(28, 8, 128), qwen.kvLayout());
    assertEquals(40_960, qwen.maxPositions());
    TextBlueprint silent =
        blueprint("Qwen3ForCausalLM", "hidden_size", 1024, "num_key_value_heads", null);
    assertEquals(new KvLayout(32, 32, 128), silent.kvLayout());
  }

  @Test
  void phi3Mini() {
    TextBlueprint phi =
        blueprint(
            "Phi3ForCausalLM",
            "hidden_act",
            "silu",
            "hidden_size",
            3072,
            "intermediate_size",
            8192,
            "max_position_embeddings",
            4096,
            "model_type",
            "phi3",
            "num_attention_heads",
            32,
            "num_hidden_layers",
            32,
            "num_key_value_heads",
            32,
            "original_max_position_embeddings",
            4096,
            "rms_norm_eps",
            1e-5,
            "rope_scaling",
            null,
            "rope_theta",
            10_000.0,
            "sliding_window",
            2047,
            "tie_word_embeddings",
            false,
            "vocab_size",
            32_064);
    assertEquals(new KvLayout(32, 32, 96), phi.kvLayout());
    assertTrue(attention(phi).contains("last 2047 positions"), attention(phi));
    assertFalse(attention(blueprint("Phi3ForCausalLM")).contains("positions"));
  }

  @Test
  void phi3ReadsItsRuleByBothNames() {
    List<Integer> factors = Collections.nCopies(48, 2);
    for (String type : List.of("longrope", "su")) {
      TextBlueprint phi =
          blueprint(
              "Phi3ForCausalLM",
              "max_position_embeddings",
              131_072,
              "original_max_position_embeddings",
              4096,
              "rope_scaling",
              Map.of("type", type, "short_factor", factors, "long_factor", factors));
      assertEquals(4096, phi.prefixReuseLimit());
    }
  }

  @Test
  void phi3IsRefusedWithOtherRules() {
    refused(
        UnsupportedFeatureException.class,
        "'yarn'",
        "Phi3ForCausalLM",
        "rope_scaling",
        Map.of("type", "yarn", "factor", 4));
    refused(
        InvalidModelException.class,
        "original_max_position_embeddings",
        "Phi3ForCausalLM",
        "rope_scaling",
        Map.of("type", "longrope"));
  }

  @Test
  void internLm7b() {
    TextBlueprint first =
        blueprint(
            "InternLMForCausalLM",
            "bias",
            true,
            "hidden_act",
            "silu",
            "hidden_size",
            4096,
            "intermediate_size",
            11_008,
            "max_position_embeddings",
            2048,
            "model_type",
            "internlm",
            "num_attention_heads",
            32,
            "num_hidden_layers",
            32,
            "rms_norm_eps",
            1e-6,
            "vocab_size",
            103_168);
    assertEquals(new KvLayout(32, 32, 128), first.kvLayout());
    assertEquals(2048, first.prefixReuseLimit(), "the class's default is dynamic scaling");
    TextBlueprint plain =
        blueprint("InternLMForCausalLM", "rotary", Map.of("base", 10_000, "type", "origin"));
    assertEquals(Integer.MAX_VALUE, plain.prefixReuseLimit());
  }

  @Test
  void internLmIsRefusedWithOtherRules() {
    refused(
        UnsupportedFeatureException.class,
        "'spiral'",
        "InternLMForCausalLM",
        "rotary",
        Map.of("type", "spiral"));
  }

  @Test
  void qwenIsStretchedBeyondItsSeqLength() {
    Object[] published = {
      "hidden_size", 4096,
      "intermediate_size", 22_016,
      "kv_channels", 128,
      "layer_norm_epsilon", 1e-6,
      "max_position_embeddings", 32_768,
      "model_type", "qwen",
      "no_bias", true,
      "num_attention_heads", 32,
      "num_hidden_layers", 32,
      "rotary_emb_base", 10_000,
      "rotary_pct", 1.0,
      "scale_attn_weights", true,
      "seq_length", 8192,
      "tie_word_embeddings", false,
      "use_dynamic_ntk", true,
      "use_logn_attn", true,
      "vocab_size", 151_936
    };
    TextBlueprint qwen = blueprint("QWenLMHeadModel", published);
    assertEquals(new KvLayout(32, 32, 128), qwen.kvLayout());
    assertEquals(32_768, qwen.maxPositions());
    assertEquals(8192, qwen.prefixReuseLimit());
    assertTrue(
        qwen.evidence().getLast().contains("more than 8192 tokens"), qwen.evidence()::toString);
    assertTrue(
        qwen.evidence().getFirst().contains("feed-forward size 11008"), qwen.evidence().getFirst());
    refused(InvalidModelException.class, "seq_length", "QWenLMHeadModel", "use_logn_attn", true);
    refused(InvalidModelException.class, "seq_length", "QWenLMHeadModel", "seq_length", 1);
  }

  @Test
  void qwenIsRefusedWithAnImageEncoder() {
    refused(
        UnsupportedFeatureException.class,
        "visual",
        "QWenLMHeadModel",
        "visual",
        Map.of("width", 1664));
    refused(
        UnsupportedFeatureException.class,
        "use_cache_quantization",
        "QWenLMHeadModel",
        "use_cache_quantization",
        true);
  }

  @Test
  void glm4RotatesHalfAHead() {
    TextBlueprint glm =
        blueprint(
            "GlmForCausalLM",
            "attention_bias",
            true,
            "head_dim",
            128,
            "hidden_act",
            "silu",
            "hidden_size",
            4096,
            "intermediate_size",
            13_696,
            "max_position_embeddings",
            131_072,
            "model_type",
            "glm",
            "num_attention_heads",
            32,
            "num_hidden_layers",
            40,
            "num_key_value_heads",
            2,
            "rms_norm_eps",
            1.5625e-07,
            "rope_theta",
            5_000_000.0,
            "vocab_size",
            151_552);
    assertEquals(new KvLayout(40, 2, 128), glm.kvLayout());
    String positions = glm.evidence().getLast();
    assertTrue(positions.contains("over 64 elements"), positions);
    assertTrue(positions.contains("pairs are neighbours"), positions);
  }

  @Test
  void glm4AsFirstPublished() {
    TextBlueprint glm =
        blueprint(
            "ChatGLMModel",
            "add_bias_linear",
            false,
            "add_qkv_bias",
            true,
            "apply_query_key_layer_scaling",
            true,
            "apply_residual_connection_post_layernorm",
            false,
            "ffn_hidden_size",
            13_696,
            "hidden_size",
            4096,
            "kv_channels",
            128,
            "layernorm_epsilon",
            1.5625e-07,
            "model_type",
            "chatglm",
            "multi_query_attention",
            true,
            "multi_query_group_num",
            2,
            "num_attention_heads",
            32,
            "num_layers",
            40,
            "original_rope",
            true,
            "padded_vocab_size",
            151_552,
            "post_layer_norm",
            true,
            "rmsnorm",
            true,
            "rope_ratio",
            500,
            "seq_length",
            131_072);
    assertEquals(new KvLayout(40, 2, 128), glm.kvLayout());
    assertEquals(151_552, glm.vocabSize());
    assertEquals(131_072, glm.maxPositions());
    String positions = glm.evidence().getLast();
    assertTrue(positions.contains("over 64 elements"), positions);
    assertTrue(positions.contains("base 5000000.0"), positions);
  }

  @Test
  void chatGlmIsRefusedWithWhatIsNotBuilt() {
    Map<String, Object> wrong =
        Map.of(
            "vision_config",
            Map.of("hidden_size", 1792),
            "pre_seq_len",
            128,
            "quantization_bit",
            4,
            "rmsnorm",
            false,
            "post_layer_norm",
            false,
            "apply_residual_connection_post_layernorm",
            true,
            "rope_ratio",
            16);
    wrong.forEach(
        (key, value) ->
            refused(UnsupportedFeatureException.class, key, "ChatGLMModel", key, value));
  }

  @Test
  void baichuan2Of7b() {
    TextBlueprint baichuan =
        blueprint(
            "BaichuanForCausalLM",
            "hidden_act",
            "silu",
            "hidden_size",
            4096,
            "intermediate_size",
            11_008,
            "max_position_embeddings",
            4096,
            "model_max_length",
            4096,
            "model_type",
            "baichuan",
            "num_attention_heads",
            32,
            "num_hidden_layers",
            32,
            "rms_norm_eps",
            1e-6,
            "tie_word_embeddings",
            false,
            "vocab_size",
            125_696,
            "z_loss_weight",
            0);
    assertEquals(new KvLayout(32, 32, 128), baichuan.kvLayout());
    assertEquals(125_696, baichuan.vocabSize());
    assertEquals(4096, baichuan.maxPositions());
  }

  @Test
  void baichuanReadsNoKeysOfLaterClasses() {
    TextBlueprint first =
        blueprint(
            "BaiChuanForCausalLM",
            "max_position_embeddings",
            2048,
            "num_key_value_heads",
            8,
            "rope_theta",
            5e6);
    assertEquals(new KvLayout(32, 32, 128), first.kvLayout());
    assertEquals(64_000, first.vocabSize());
    assertTrue(first.evidence().getLast().contains("base 10000.0"), first.evidence().getLast());
  }

  @Test
  void baichuan13bIsRefused() {
    refused(
        UnsupportedFeatureException.class,
        "ALiBi",
        "BaichuanForCausalLM",
        "hidden_size",
        5120,
        "model_max_length",
        4096,
        "num_attention_heads",
        40);
  }
}
