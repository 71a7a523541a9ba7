package org.lmdeploy.api.weights;

import java.util.Optional;
import org.lmdeploy.api.tensor.HostTensor;
import org.osgi.annotation.versioning.ConsumerType;

/** The weights of a model by name, as a model family asks for them. */
@ConsumerType
public interface WeightSource {
  /**
   * A tensor that is not a linear layer's weight: a norm, a bias, an embedding table.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if it is missing or has another shape or
   *     is no floating-point tensor
   */
  HostTensor tensor(String name, long... shape);

  /** Whether there is a tensor of that name. */
  boolean contains(String name);

  /**
   * The weight of the linear layer {@code prefix}, in whichever format the checkpoint has it; dense
   * ones are {@code prefix.weight}.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if it is missing or has another shape
   */
  LinearRows linear(String prefix, long outFeatures, long inFeatures);

  /** The bias {@code prefix.bias} of a linear layer, if it has one. */
  default Optional<HostTensor> bias(String prefix, long outFeatures) {
    String name = prefix + ".bias";
    return contains(name) ? Optional.of(tensor(name, outFeatures)) : Optional.empty();
  }
}
