package org.lmdeploy.model.text.decoder;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.model.text.rotary.RotaryEmbedding;

/**
 * A decoder of the Llama kind: pre-norm layers of grouped-query attention with rotary positions and
 * of a gated feed-forward network (Touvron et al., arXiv 2302.13971).
 *
 * @param hiddenSize elements of the residual stream
 * @param intermediateSize elements between the two halves of the feed-forward network
 * @param layers number of layers
 * @param vocabSize rows of the embedding table and of the logits
 * @param maxPositions the longest sequence that the model was made for
 * @param attention its heads
 * @param rotary how positions are encoded
 * @param normEpsilon what RMS norms add to the mean square
 * @param activation of the gate
 * @param biases which linear layers have a bias
 * @param unitHead whether the output head's rows are scaled to the length 1
 * @param logNLength beyond this length queries are scaled ({@link
 *     org.lmdeploy.api.ops.Ops#scaleQueries}); 0 for never
 */
public record DecoderConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int vocabSize,
    int maxPositions,
    AttentionShape attention,
    RotaryEmbedding rotary,
    float normEpsilon,
    Activation activation,
    Biases biases,
    boolean unitHead,
    int logNLength) {
  /**
   * Which linear layers have a bias.
   *
   * @param qkv the projection to queries, keys and values
   * @param output the projection after attention
   * @param feedForward the three projections of the feed-forward network
   */
  public record Biases(boolean qkv, boolean output, boolean feedForward) {
    /** No layer has one. */
    public static final Biases NONE = new Biases(false, false, false);
  }

  /** This decoder with its positions encoded otherwise. */
  public DecoderConfig with(RotaryEmbedding other) {
    return with(other, unitHead, logNLength);
  }

  /** This decoder with an output head of rows of length 1. */
  public DecoderConfig withUnitHead() {
    return with(rotary, true, logNLength);
  }

  /** This decoder with queries that are scaled beyond a length. */
  public DecoderConfig withLogN(int length) {
    return with(rotary, unitHead, length);
  }

  private DecoderConfig with(RotaryEmbedding otherRotary, boolean otherHead, int otherLogNLength) {
    return new DecoderConfig(
        hiddenSize,
        intermediateSize,
        layers,
        vocabSize,
        maxPositions,
        attention,
        otherRotary,
        normEpsilon,
        activation,
        biases,
        otherHead,
        otherLogNLength);
  }

  /** What a token keeps in the KV cache. */
  public KvLayout kvLayout() {
    return new KvLayout(layers, attention.kvHeads(), attention.headDim());
  }

  /** Columns of the attention's result: all heads side by side. */
  public int attentionColumns() {
    return attention.heads() * attention.headDim();
  }
}
