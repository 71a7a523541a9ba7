package org.lmdeploy.model.text;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/**
 * A checkpoint with transformers' names under those of another class, with queries, keys and values
 * one below the other in one layer.
 *
 * @param plain the checkpoint with transformers' names
 * @param names what to replace in a name, and by what
 * @param packed the layer of queries, keys and values
 * @param shares rows of queries and of keys, both as a share of the packed rows
 */
record PackedCheckpoint(
    WeightSource plain, Map<String, String> names, String packed, double[] shares)
    implements WeightSource {
  private static final Map<String, String> QWEN =
      Map.of(
          "transformer.wte.", "model.embed_tokens.",
          "transformer.h.", "model.layers.",
          "transformer.ln_f.", "model.norm.",
          ".ln_1.", ".input_layernorm.",
          ".ln_2.", ".post_attention_layernorm.",
          ".attn.c_proj.", ".self_attn.o_proj.",
          ".mlp.w1.", ".mlp.up_proj.",
          ".mlp.w2.", ".mlp.gate_proj.",
          ".mlp.c_proj.", ".mlp.down_proj.");

  private static final Map<String, String> CHAT_GLM =
      Map.of(
          "transformer.embedding.word_embeddings.", "model.embed_tokens.",
          "transformer.encoder.layers.", "model.layers.",
          "transformer.encoder.final_layernorm.", "model.norm.",
          "transformer.output_layer.", "lm_head.",
          ".self_attention.dense.", ".self_attn.o_proj.",
          ".mlp.dense_h_to_4h.", ".mlp.gate_up_proj.",
          ".mlp.dense_4h_to_h.", ".mlp.down_proj.");

  /** Qwen2 without groups under the names of Qwen's first version. */
  static PackedCheckpoint qwen(WeightSource qwen2) {
    return new PackedCheckpoint(qwen2, QWEN, ".attn.c_attn.", new double[] {1 / 3.0, 1 / 3.0});
  }

  /** GLM with half as many key heads as heads under ChatGLM's names. */
  static PackedCheckpoint chatGlm(WeightSource glm) {
    return new PackedCheckpoint(
        glm, CHAT_GLM, ".self_attention.query_key_value.", new double[] {0.5, 0.25});
  }

  /** Llama without groups under Baichuan's names. */
  static PackedCheckpoint baichuan(WeightSource llama) {
    return new PackedCheckpoint(
        llama, Map.of(), ".self_attn.W_pack.", new double[] {1 / 3.0, 1 / 3.0});
  }

  /** The configuration of the Llama checkpoint with the keys of one of Baichuan's classes. */
  static ConfigTree baichuanConfig(String architecture, Map<String, Object> llama) {
    Map<String, Object> config = new TreeMap<>(llama);
    config.put("architectures", List.of(architecture));
    config.put("model_type", "baichuan");
    config.remove("num_key_value_heads");
    config.remove("rope_theta");
    return ConfigTree.of("baichuan config.json", config);
  }

  /** The configuration of the Qwen2 checkpoint in the keys of the first version's class. */
  static ConfigTree qwenConfig(Map<String, Object> qwen2) {
    Map<String, Object> config = new TreeMap<>(qwen2);
    config.put("architectures", List.of("QWenLMHeadModel"));
    config.put("model_type", "qwen");
    config.put("intermediate_size", 2 * (int) config.get("intermediate_size"));
    config.put("kv_channels", config.remove("head_dim"));
    config.put("layer_norm_epsilon", config.remove("rms_norm_eps"));
    config.put("rotary_emb_base", config.remove("rope_theta"));
    config.put("rotary_pct", 1.0);
    config.put("seq_length", 128);
    config.put("use_dynamic_ntk", true);
    config.put("use_logn_attn", true);
    config.put("no_bias", true);
    return ConfigTree.of("qwen config.json", config);
  }

  /** The configuration of the GLM checkpoint in the keys of ChatGLM's class. */
  static ConfigTree chatGlmConfig(Map<String, Object> glm) {
    Map<String, Object> config = new TreeMap<>(glm);
    config.put("architectures", List.of("ChatGLMModel"));
    config.put("model_type", "chatglm");
    config.put("padded_vocab_size", config.remove("vocab_size"));
    config.put("ffn_hidden_size", config.remove("intermediate_size"));
    config.put("num_layers", config.remove("num_hidden_layers"));
    config.put("multi_query_attention", true);
    config.put("multi_query_group_num", config.remove("num_key_value_heads"));
    config.put("kv_channels", config.remove("head_dim"));
    config.put("seq_length", config.remove("max_position_embeddings"));
    config.put("layernorm_epsilon", config.remove("rms_norm_eps"));
    config.put("rope_ratio", (double) config.remove("rope_theta") / 10_000);
    config.put("add_qkv_bias", true);
    return ConfigTree.of("chatglm config.json", config);
  }

  @Override
  public HostTensor tensor(String name, long... dims) {
    if (!name.contains(packed)) {
      return plain.tensor(plainName(name), dims);
    }
    long queries = Math.round(dims[0] * shares[0]);
    long keys = Math.round(dims[0] * shares[1]);
    List<HostTensor> parts =
        List.of(
            part(name, "q_proj", queries, dims),
            part(name, "k_proj", keys, dims),
            part(name, "v_proj", keys, dims));
    MemorySegment data =
        Arena.ofAuto().allocate(parts.stream().mapToLong(part -> part.data().byteSize()).sum());
    long at = 0;
    for (HostTensor part : parts) {
      MemorySegment.copy(part.data(), 0, data, at, part.data().byteSize());
      at += part.data().byteSize();
    }
    return new HostTensor(parts.getFirst().dtype(), Shape.of(dims), data);
  }

  private HostTensor part(String name, String projection, long rows, long[] dims) {
    long[] shape = dims.clone();
    shape[0] = rows;
    return plain.tensor(plainName(name.replace(packed, ".self_attn." + projection + ".")), shape);
  }

  private String plainName(String name) {
    String result = name;
    for (Map.Entry<String, String> entry : names.entrySet()) {
      result = result.replace(entry.getKey(), entry.getValue());
    }
    return result;
  }

  @Override
  public boolean contains(String name) {
    return plain.contains(plainName(name));
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return new DenseRows(tensor(prefix + ".weight", outFeatures, inFeatures));
  }
}
