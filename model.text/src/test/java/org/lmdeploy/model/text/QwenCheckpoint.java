package org.lmdeploy.model.text;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
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
 * A Qwen2 checkpoint without groups under the names of Qwen's first version, with queries, keys and
 * values one below the other in {@code c_attn}.
 */
record QwenCheckpoint(WeightSource qwen2) implements WeightSource {
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("transformer.wte.", "model.embed_tokens.");
    NAMES.put("transformer.h.", "model.layers.");
    NAMES.put("transformer.ln_f.", "model.norm.");
    NAMES.put(".ln_1.", ".input_layernorm.");
    NAMES.put(".ln_2.", ".post_attention_layernorm.");
    NAMES.put(".attn.c_proj.", ".self_attn.o_proj.");
    NAMES.put(".mlp.w1.", ".mlp.up_proj.");
    NAMES.put(".mlp.w2.", ".mlp.gate_proj.");
    NAMES.put(".mlp.c_proj.", ".mlp.down_proj.");
  }

  /** The configuration of the Qwen2 checkpoint in the keys of the first version's class. */
  static ConfigTree config(Map<String, Object> qwen2) {
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

  @Override
  public HostTensor tensor(String name, long... dims) {
    if (!name.contains(".c_attn.")) {
      return qwen2.tensor(qwen2Name(name), dims);
    }
    long[] part = dims.clone();
    part[0] /= 3;
    List<HostTensor> parts =
        List.of("q_proj", "k_proj", "v_proj").stream()
            .map(to -> qwen2Name(name.replace("attn.c_attn", "self_attn." + to)))
            .map(partName -> qwen2.tensor(partName, part))
            .toList();
    long bytes = parts.getFirst().data().byteSize();
    MemorySegment data = Arena.ofAuto().allocate(3 * bytes);
    for (int i = 0; i < parts.size(); i++) {
      MemorySegment.copy(parts.get(i).data(), 0, data, i * bytes, bytes);
    }
    return new HostTensor(parts.getFirst().dtype(), Shape.of(dims), data);
  }

  private static String qwen2Name(String name) {
    String result = name;
    for (Map.Entry<String, String> entry : NAMES.entrySet()) {
      result = result.replace(entry.getKey(), entry.getValue());
    }
    return result;
  }

  @Override
  public boolean contains(String name) {
    return qwen2.contains(qwen2Name(name));
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return new DenseRows(tensor(prefix + ".weight", outFeatures, inFeatures));
  }
}
