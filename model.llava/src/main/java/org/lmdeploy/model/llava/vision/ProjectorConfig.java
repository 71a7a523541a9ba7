package org.lmdeploy.model.llava.vision;

import java.util.List;
import org.lmdeploy.api.ops.Activation;

/**
 * From the encoder's columns to the decoder's: linear layers with an activation between them.
 *
 * @param layers names of the linear layers; empty where nothing is projected
 * @param textHidden columns of the decoder's embeddings
 * @param activation between two layers
 * @param biased whether the layers have biases
 */
public record ProjectorConfig(
    List<String> layers, int textHidden, Activation activation, boolean biased) {
  public ProjectorConfig {
    layers = List.copyOf(layers);
  }
}
