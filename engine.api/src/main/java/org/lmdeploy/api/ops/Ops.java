package org.lmdeploy.api.ops;

import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The operators of a device: what model code is written in, as a PyTorch module is written in
 * PyTorch. Tensors are seen as matrices [rows, columns]. Results are new activations in the current
 * {@link Frame} unless an operator says that it works in place. Activations have the device's
 * {@link #activationType()}; sums are accumulated in float32 at least. Shapes are checked on entry
 * ({@link IllegalArgumentException}). A row of a result does not depend on the other rows. One
 * thread at a time.
 */
@ProviderType
public interface Ops {
  /** Element type of activations: float32 on the host device. */
  org.lmdeploy.api.tensor.DType activationType();

  /** Opens a frame; all frames are closed in reverse order. */
  Frame frame();

  /** An activation without defined contents. */
  Tensor empty(long... shape);

  /** A copy of host floats (any floating-point type) as an activation. */
  Tensor upload(HostTensor values);

  /** The elements of an activation as floats; for tests, goldens and embeddings. */
  float[] download(Tensor values);

  /**
   * Rows of an embedding table.
   *
   * @param table [vocabulary, hidden], as loaded
   * @param ids n ids, each below the vocabulary's size
   * @return [n, hidden]
   */
  Tensor embedding(Tensor table, int[] ids);

  /**
   * The embeddings of a step's tokens: rows of the table, or of the images where the step says so.
   *
   * @param table [vocabulary, hidden], as loaded
   * @return [tokens, hidden]
   */
  default Tensor embedding(Tensor table, StepBatch step) {
    int[] ids = step.tokens().clone();
    for (StepBatch.Embeddings image : step.embeddings()) {
      // any row will do; the placeholder's id need not be in the table
      Arrays.fill(ids, image.row(), image.row() + image.count(), 0);
    }
    Tensor embedded = embedding(table, ids);
    for (StepBatch.Embeddings image : step.embeddings()) {
      copyRows(embedded, image.row(), image.source(), image.sourceRow(), image.count());
    }
    return embedded;
  }

  /** The rows of a step whose logits are wanted: [step.logitRows().length, columns]. */
  default Tensor logitRows(Tensor x, StepBatch step) {
    return gatherRows(x, step.logitRows());
  }

  /** Copies rows: target[targetRow + i] = source[sourceRow + i] for i below count. In place. */
  void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count);

  /** Some rows of x: [n, columns]. */
  Tensor gatherRows(Tensor x, int[] rows);

  /** x[i] += y[i mod rows of y], row by row; y may be a weight as loaded. In place. */
  void addRows(Tensor x, Tensor y);

  /** f(x). In place. */
  void activation(Tensor x, Activation function);

  /** x / sqrt(mean(x^2) + epsilon) * weight over each row (Zhang and Sennrich). */
  Tensor rmsNorm(Tensor x, Tensor weight, float epsilon);

  /** residual += x in place, then the RMS norm of the residual. */
  Tensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon);

  /**
   * RMS norm of groups of columns in place: the columns from {@code fromColumn} on are cut into
   * {@code groups} groups as long as the weight, each normalized by itself (norms of queries and
   * keys).
   */
  void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon);

  /** (x - mean) / sqrt(variance + epsilon) * weight + bias over each row (Ba et al.). */
  Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon);

  /** f(x W^T + bias): [n, inFeatures] to [n, outFeatures]. */
  Tensor linear(Tensor x, LinearWeight weight, Activation function);

  /**
   * x W^T + bias for {@link #sample}, in float32 where activations have fewer bits: [n,
   * outFeatures].
   */
  default Tensor logits(Tensor x, LinearWeight head) {
    return linear(x, head, Activation.NONE);
  }

  /**
   * residual += scale * (x W^T + bias), in place.
   *
   * @param scale factor of each column (LayerScale), or null for 1
   */
  void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale);

  /**
   * f(gate) * up for a weight whose first half of rows gives gate and second half up: [n,
   * inFeatures] to [n, outFeatures / 2].
   *
   * @param gateUp of {@link Device#gatedLinear}, which a device may have prepared for this alone,
   *     or of {@link Device#linear}
   */
  Tensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function);

  /**
   * Cosines and sines of a step: [tokens, rotaryDim], first the cosines of all pairs, then their
   * sines, both times the attention factor.
   */
  Tensor rotaryTable(RotarySpec rotary, StepBatch step);

  /**
   * Scales queries by the length of what they look at (log-n scaling, Su 2021): the first {@code
   * columns} columns of a token's row times log(position + 1) / log(trainedLength) where position +
   * 1 is more than {@code trainedLength}. In place.
   *
   * @param qkv [tokens, at least columns]
   * @param trainedLength the longest sequence that is left as it is, at least 2
   */
  void scaleQueries(Tensor qkv, int columns, int trainedLength, StepBatch step);

  /**
   * The same for rows that are no tokens of a step: patches of images.
   *
   * @param rotary a rule that does not look at the length
   * @param axes positions of all rows on each axis that the rule has, [axes][rows]
   * @return [rows, rotaryDim]
   */
  Tensor rotaryTable(RotarySpec rotary, int[][] axes);

  /**
   * Rotates the queries and keys of rows for {@link #denseAttention}. In place.
   *
   * @param qkv [rows, shape.fusedColumns()]
   * @param rotation of these rows
   */
  void rotate(Tensor qkv, Rotation rotation, AttentionShape shape);

  /**
   * Causal attention of the step's new tokens: rotates their queries and keys, writes their keys
   * and values into the cache, and attends to all that their sequences have there, softmax(scale q
   * k^T) v.
   *
   * @param qkv [tokens, shape.fusedColumns()]; undefined afterwards
   * @return [tokens, heads * headDim]
   */
  Tensor pagedAttention(
      Tensor qkv,
      Rotation rotation,
      AttentionShape shape,
      KvCache cache,
      int layer,
      StepBatch step);

  /**
   * Attention in both directions within each of several groups of rows (images).
   *
   * @param qkv [rows, shape.fusedColumns()]
   * @param lengths rows of each group; they add up to all rows
   * @return [rows, heads * headDim]
   */
  Tensor denseAttention(Tensor qkv, AttentionShape shape, int[] lengths);

  /**
   * Cuts images into patches (the im2col of a convolution whose stride is its kernel).
   *
   * @param images [n, channels, height, width], height and width multiples of {@code patch}
   * @return [n * (height / patch) * (width / patch), channels * patch * patch], patches row by row
   */
  Tensor patchify(Tensor images, int patch);

  /**
   * InternVL's pixel shuffle by 1/factor: groups factor x factor neighbours of each image's grid
   * into one row, which holds all channels of the first neighbour, then of the one right of it, and
   * so on grid row by grid row. Of the places, height / factor by width / factor, v2 (the right
   * one) orders the result's rows by image row then image column; v1 leaves them transposed, as the
   * first published models were trained.
   *
   * @param x [n * height * width, channels], rows image by image, grid row by grid row
   * @param version 1 or 2
   * @return [n * height / factor * width / factor, channels * factor * factor]
   */
  Tensor pixelShuffle(Tensor x, int height, int width, int factor, int version);

  /**
   * Draws one token for each row of logits.
   *
   * @param logits [rows.size(), vocabulary]
   */
  List<SampledToken> sample(Tensor logits, List<SamplingRow> rows);
}
