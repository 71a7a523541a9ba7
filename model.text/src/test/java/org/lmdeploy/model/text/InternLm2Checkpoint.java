package org.lmdeploy.model.text;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/**
 * A Llama checkpoint under InternLM2's names, with queries, keys and values woven into {@code wqkv}
 * group by group.
 */
record InternLm2Checkpoint(WeightSource llama, AttentionShape shape) implements WeightSource {
  private static final Map<String, String> NAMES =
      Map.of(
          "tok_embeddings", "embed_tokens",
          "attention_norm", "input_layernorm",
          "attention.wo", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "feed_forward.w1", "mlp.gate_proj",
          "feed_forward.w2", "mlp.down_proj",
          "feed_forward.w3", "mlp.up_proj");

  /** The configuration of the Llama checkpoint as InternLM2's class writes it. */
  static ConfigTree config(Map<String, Object> llama) {
    Map<String, Object> config = new TreeMap<>(llama);
    config.put("architectures", List.of("InternLM2ForCausalLM"));
    config.put("model_type", "internlm2");
    config.put("bias", llama.getOrDefault("attention_bias", false));
    return ConfigTree.of("internlm2 config.json", config);
  }

  @Override
  public HostTensor tensor(String name, long... dims) {
    if (!name.contains("attention.wqkv")) {
      return llama.tensor(llamaName(name), dims);
    }
    long columns = dims.length == 1 ? 1 : dims[1];
    int group = shape.heads() / shape.kvHeads();
    HostTensor first = part(name, "q_proj", shape.heads(), columns);
    MemorySegment data =
        Arena.ofAuto()
            .allocate(
                first.data().byteSize() / shape.heads() * (shape.heads() + 2L * shape.kvHeads()));
    HostTensor key = part(name, "k_proj", shape.kvHeads(), columns);
    HostTensor value = part(name, "v_proj", shape.kvHeads(), columns);
    long at = 0;
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      at = append(data, at, first, kvHead * group, group);
      at = append(data, at, key, kvHead, 1);
      at = append(data, at, value, kvHead, 1);
    }
    return new HostTensor(first.dtype(), Shape.of(dims), data);
  }

  private HostTensor part(String name, String projection, int heads, long columns) {
    String llamaName = name.replace("attention.wqkv", "self_attn." + projection);
    long rows = (long) heads * shape.headDim();
    return columns == 1 ? llama.tensor(llamaName, rows) : llama.tensor(llamaName, rows, columns);
  }

  private long append(MemorySegment to, long at, HostTensor from, int head, int heads) {
    long headBytes = from.data().byteSize() / from.shape().dim(0) * shape.headDim();
    MemorySegment source = from.data().asSlice(head * headBytes, heads * headBytes);
    MemorySegment.copy(source, 0, to, at, source.byteSize());
    return at + source.byteSize();
  }

  private static String llamaName(String name) {
    String result = name.startsWith("output.") ? name.replace("output.", "lm_head.") : name;
    for (Map.Entry<String, String> entry : NAMES.entrySet()) {
      result = result.replace(entry.getKey() + ".", entry.getValue() + ".");
    }
    return result;
  }

  @Override
  public boolean contains(String name) {
    return llama.contains(llamaName(name));
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return new DenseRows(tensor(prefix + ".weight", outFeatures, inFeatures));
  }
}
