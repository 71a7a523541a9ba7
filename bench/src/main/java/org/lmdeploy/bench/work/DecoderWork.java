package org.lmdeploy.bench.work;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * What a decoder must read and compute, counted from its configuration. Only what no implementation
 * can avoid is counted: matrix products, attention where it matters. Norms, rotary embedding, the
 * few embedding rows and (at the short contexts measured) the KV cache are below one percent and
 * left out, which makes the shares of the ceilings a little smaller than they are.
 *
 * @param layers decoder layers
 * @param layerParameters parameters of the linear layers of one decoder layer
 * @param headParameters parameters of the output head
 * @param queryColumns width of all query heads together
 * @param kvColumns width of all key heads together, and of all value heads
 * @param weightBytes bytes of one parameter
 */
public record DecoderWork(
    int layers,
    long layerParameters,
    long headParameters,
    long queryColumns,
    long kvColumns,
    int weightBytes) {
  /** Multiply and add. */
  private static final long OPERATIONS = 2;

  /** The decoder's part of a configuration: all of it, or a part where images are taken too. */
  public static ConfigTree decoder(ConfigTree config) {
    return config
        .optionalChild("llm_config")
        .or(() -> config.optionalChild("text_config"))
        .orElse(config);
  }

  /** Of a configuration of a text decoder with gated MLPs (Llama, Mistral, InternLM2). */
  public static DecoderWork of(ConfigTree config) {
    long hidden = config.positiveInt("hidden_size");
    int heads = config.positiveInt("num_attention_heads");
    long kvHeads = config.positiveInt("num_key_value_heads", heads);
    long headDim = config.positiveInt("head_dim", Math.max(1, (int) hidden / heads));
    long attention = (heads + 2 * kvHeads) * headDim * hidden + hidden * heads * headDim;
    long mlp = 3 * hidden * config.positiveInt("intermediate_size");
    return new DecoderWork(
        config.positiveInt("num_hidden_layers"),
        attention + mlp,
        hidden * config.positiveInt("vocab_size"),
        heads * headDim,
        kvHeads * headDim,
        bytes(config));
  }

  /** Parameters that a generated token is multiplied with. */
  public long parameters() {
    return layers * layerParameters + headParameters;
  }

  /** Elements that a token keeps in the KV cache. */
  public long kvElements() {
    return 2 * layers * kvColumns;
  }

  /** Bytes of weights that a decoding step reads, whatever its batch. */
  public long decodeBytes() {
    return parameters() * weightBytes;
  }

  /** Operations of a decoding step over a batch, without attention. */
  public long decodeOperations(int batch) {
    return OPERATIONS * parameters() * batch;
  }

  /** Operations of a prefill: all linear layers, causal attention, the head for the last row. */
  public long prefillOperations(long tokens) {
    long linear = OPERATIONS * layers * layerParameters * tokens;
    long pairs = tokens * (tokens + 1) / 2; // each query with the keys up to its own
    long attention = 2 * OPERATIONS * layers * queryColumns * pairs; // scores, then values
    return linear + attention + OPERATIONS * headParameters;
  }

  private static int bytes(ConfigTree config) {
    String key = config.has("dtype") ? "dtype" : "torch_dtype";
    String name = config.text(key, "bfloat16");
    return switch (name) {
      case "bfloat16", "float16" -> 2;
      case "float32" -> 4;
      default ->
          throw new InvalidModelException(
              config.path() + ": " + key + " is " + name + ", whose size is not known here");
    };
  }
}
