package org.lmdeploy.model.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import tools.jackson.databind.ObjectMapper;

/** What transformers computed for a small random checkpoint; written by make_reference.py. */
record ReferenceCase(
    String name,
    Map<String, Object> config,
    int[] prompt,
    Map<Integer, float[]> logits,
    int[] greedy,
    float[] logitsAfterGreedy) {
  static final List<String> NAMES =
      List.of(
          "default",
          "odd-mqa",
          "mha",
          "mha-bias",
          "tied-bias",
          "linear",
          "dynamic-crossing",
          "dynamic-long-prompt",
          "yarn",
          "longrope-long-prompt",
          "default-5",
          "linear-5",
          "dynamic-5",
          "llama3-5",
          "yarn-mscale-5",
          "yarn-attention-5",
          "longrope-crossing-5",
          "mistral-window",
          "mistral-head-dim",
          "mistral-window-late",
          "qwen2",
          "qwen2-tied",
          "qwen2-window-yarn",
          "qwen3",
          "qwen3-tied-bias-5",
          "phi3",
          "phi3-longrope-partial",
          "phi3-longrope-long-prompt",
          "internlm-dynamic",
          "qwen2-mha",
          "glm",
          "glm-5");

  private record File(
      String transformers,
      Map<String, Object> config,
      int[] prompt,
      Map<Integer, float[]> logits,
      int[] greedy,
      float[] logits_after_greedy,
      double least_margin) {}

  static ReferenceCase load(String name) {
    try (InputStream in = ReferenceCase.class.getResourceAsStream("/decoder/" + name + ".json")) {
      File file = new ObjectMapper().readValue(in, File.class);
      return new ReferenceCase(
          name, file.config, file.prompt, file.logits, file.greedy, file.logits_after_greedy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ConfigTree tree() {
    return ConfigTree.of(name + ".json", config);
  }

  /** Whether it is of the class whose arithmetic InternLM's two classes share. */
  boolean llama() {
    return config.get("architectures").equals(List.of("LlamaForCausalLM"));
  }

  boolean tied() {
    return Boolean.TRUE.equals(config.get("tie_word_embeddings"));
  }

  boolean feedForwardBias() {
    return Boolean.TRUE.equals(config.get("mlp_bias"));
  }
}
