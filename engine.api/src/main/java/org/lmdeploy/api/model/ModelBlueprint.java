package org.lmdeploy.api.model;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.osgi.annotation.versioning.ConsumerType;

/** A model whose configuration has been read, before any weight is loaded. */
@ConsumerType
public interface ModelBlueprint {
  /** Sentences for {@code why}: what was read from the configuration and what follows from it. */
  List<String> evidence();

  /** Rows of the logits. */
  int vocabSize();

  /** The longest sequence that the model was made for. */
  int maxPositions();

  /** What a token keeps in the KV cache. */
  KvLayout kvLayout();

  /**
   * The longest prompt whose KV blocks other sequences may reuse: {@link Integer#MAX_VALUE} unless
   * the positions' encoding depends on the length.
   */
  int prefixReuseLimit();

  /** The most elements of activations that are alive at once in a step of {@code tokens} tokens. */
  long activationElements(int tokens);

  /** The same for the vision model and {@code images} images of the largest size; 0 without one. */
  long visionActivationElements(int images);

  /** How images are prepared, for models that take images. */
  Optional<ImageProcessor> imageProcessor(Tokenizer tokenizer);

  /**
   * Loads the weights.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if a weight is missing or has another
   *     shape
   */
  BuiltModel build(WeightSource weights, Device device);
}
