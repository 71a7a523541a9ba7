package org.lmdeploy.hub.write;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;

/**
 * Collects the tensors of a checkpoint. Random values are chosen such that activations neither
 * vanish nor explode: matrices with deviation 1/sqrt(columns), norms around one, small biases.
 */
final class CheckpointShape {
  private static final float NORM_SPREAD = 0.1f;
  private static final float BIAS_SPREAD = 0.02f;

  private final DType dtype;
  private final List<TensorSpec> tensors = new ArrayList<>();

  CheckpointShape(DType dtype) {
    this.dtype = dtype;
  }

  List<TensorSpec> tensors() {
    return tensors;
  }

  void matrix(String name, long... dims) {
    long columns = 1;
    for (int i = 1; i < dims.length; i++) {
      columns *= dims[i];
    }
    add(name, 0, (float) (1 / Math.sqrt(columns)), dims);
  }

  void norm(String name, long size) {
    add(name, 1, NORM_SPREAD, size);
  }

  void bias(String name, long... dims) {
    add(name, 0, BIAS_SPREAD, dims);
  }

  void linear(String name, boolean withBias, long rows, long columns) {
    matrix(name + ".weight", rows, columns);
    if (withBias) {
      bias(name + ".bias", rows);
    }
  }

  private void add(String name, float mean, float deviation, long... dims) {
    tensors.add(new TensorSpec(name, dtype, Shape.of(dims), mean, deviation));
  }

  /** Sizes that a decoder's configuration gives. */
  record Decoder(
      int layers,
      long hidden,
      long intermediate,
      long heads,
      long kvHeads,
      long headDim,
      long vocabulary,
      boolean tied) {
    static Decoder of(ConfigTree config) {
      int heads = config.positiveInt("num_attention_heads");
      int hidden = config.positiveInt("hidden_size");
      return new Decoder(
          config.positiveInt("num_hidden_layers"),
          hidden,
          config.positiveInt("intermediate_size"),
          heads,
          config.positiveInt("num_key_value_heads", heads),
          config.positiveInt("head_dim", Math.max(1, hidden / heads)),
          config.positiveInt("vocab_size"),
          config.flag("tie_word_embeddings", false));
    }
  }
}
