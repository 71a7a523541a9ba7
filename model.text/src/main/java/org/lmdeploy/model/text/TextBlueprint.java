package org.lmdeploy.model.text;

import java.util.List;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.text.backbone.Backbone;
import org.lmdeploy.model.text.decoder.Decoder;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.DecoderMemory;
import org.lmdeploy.model.text.decoder.DecoderWeights;

/** A text model whose configuration has been read, before any weight is loaded. */
public final class TextBlueprint {
  private final Backbone backbone;
  private final DecoderConfig config;
  private final String weightPrefix;

  TextBlueprint(Backbone backbone, ConfigTree tree, String weightPrefix) {
    this.backbone = backbone;
    this.config = backbone.config().apply(tree);
    this.weightPrefix = weightPrefix;
  }

  /** The value of {@code architectures[0]} that it goes by. */
  public String architecture() {
    return backbone.architecture();
  }

  /** Sentences for {@code why}: what was read from the configuration and what follows from it. */
  public List<String> evidence() {
    AttentionShape attention = config.attention();
    return List.of(
        "text model "
            + architecture()
            + ": "
            + config.layers()
            + " layers, hidden size "
            + config.hiddenSize()
            + ", feed-forward size "
            + config.intermediateSize()
            + ", vocabulary "
            + config.vocabSize(),
        "attention: "
            + attention.heads()
            + " heads over "
            + attention.kvHeads()
            + " of keys and values, "
            + attention.headDim()
            + " elements each"
            + (attention.window() > 0 ? ", of the last " + attention.window() + " positions" : ""),
        "positions: " + config.rotary().description());
  }

  /** Rows of the logits. */
  public int vocabSize() {
    return config.vocabSize();
  }

  /** Columns of the embeddings, and so of an image's. */
  public int hiddenSize() {
    return config.hiddenSize();
  }

  /** The longest sequence that the model was made for. */
  public int maxPositions() {
    return config.maxPositions();
  }

  /** What a token keeps in the KV cache. */
  public KvLayout kvLayout() {
    return config.kvLayout();
  }

  /** The longest prompt whose KV blocks other sequences may reuse. */
  public int prefixReuseLimit() {
    return config.rotary().spec().switchLength();
  }

  /** The most elements of activations that are alive at once in a step of {@code tokens} tokens. */
  public long activationElements(int tokens) {
    return DecoderMemory.elements(config, tokens);
  }

  /**
   * Loads the weights.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  public LanguageModel build(WeightSource weights, Device device) {
    return new Decoder(config, backbone.names(), new DecoderWeights(weights, weightPrefix, device));
  }
}
