package org.lmdeploy.api.weights;

import java.util.Optional;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that reads one format of weights. */
@ConsumerType
public interface Quantizer {
  /**
   * The name by which {@code --model-format} asks for it, for example {@code hf} or {@code awq}.
   */
  String name();

  /** Why this quantizer reads the weights of a model, or empty if it does not. */
  Optional<String> accepts(ModelFiles files);

  /** The weights of a checkpoint. */
  WeightSource open(Checkpoint checkpoint, ModelFiles files);
}
