package org.lmdeploy.model.text.decoder;

import java.util.List;
import java.util.Optional;

/**
 * What a backbone's checkpoints call the weights of a {@link Decoder}, without the prefix that a
 * VLM's checkpoint puts before all of them. Those of a layer are written without the layer's own
 * prefix.
 *
 * @param embedding the embedding table's tensor
 * @param layers prefix of all layers; a layer's is this, its number and a dot
 * @param attentionNorm the tensor of the norm before attention
 * @param qkv where queries, keys and values are projected
 * @param headNorms the norms of each head of queries and keys, if the decoder has them
 * @param output the linear layer after attention
 * @param feedForwardNorm the tensor of the norm before the feed-forward network
 * @param gateUp linear layers that give, side by side, gate and up
 * @param down the linear layer back to the residual stream
 * @param finalNorm the tensor of the norm after the last layer
 * @param head the linear layer that makes logits
 */
public record WeightNames(
    String embedding,
    String layers,
    String attentionNorm,
    QkvWeights qkv,
    Optional<HeadNorms> headNorms,
    String output,
    String feedForwardNorm,
    List<String> gateUp,
    String down,
    String finalNorm,
    String head) {
  /** These names and norms of heads. */
  public WeightNames with(HeadNorms norms) {
    return with(qkv, Optional.of(norms), gateUp);
  }

  /** These names and another projection to queries, keys and values. */
  public WeightNames with(QkvWeights projection) {
    return with(projection, headNorms, gateUp);
  }

  /** These names and one layer that gives gate and up. */
  public WeightNames withGateUp(String layer) {
    return with(qkv, headNorms, List.of(layer));
  }

  private WeightNames with(
      QkvWeights projection, Optional<HeadNorms> norms, List<String> gateUpLayers) {
    return new WeightNames(
        embedding,
        layers,
        attentionNorm,
        projection,
        norms,
        output,
        feedForwardNorm,
        gateUpLayers,
        down,
        finalNorm,
        head);
  }

  /** The prefix of a layer. */
  String layer(int index) {
    return layers + index + ".";
  }
}
