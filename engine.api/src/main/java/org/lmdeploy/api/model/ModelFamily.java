package org.lmdeploy.api.model;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that knows a family of models: their configurations, the names of their weights, how
 * images are prepared, and how logits are computed with the operators of any device. A family never
 * knows which engine runs it.
 */
@ConsumerType
public interface ModelFamily {
  /** The name under which choices are explained, for example {@code internvl}. */
  String name();

  /** The values of {@code architectures[0]} that this family opens. */
  List<String> architectures();

  /**
   * Whether this family opens a model, and by what evidence: empty if it does not. A family says
   * more than the default where another one has models of the same architecture.
   */
  default Optional<String> accepts(ModelFiles files) {
    String architecture = files.architecture();
    return architectures().contains(architecture)
        ? Optional.of("config.json: architectures[0] is " + architecture)
        : Optional.empty();
  }

  /**
   * Reads and checks the configuration of a model; takes no memory for weights.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if the configuration is wrong
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if it asks for something this family
   *     does not have yet, which the message names
   */
  ModelBlueprint blueprint(ModelFiles files);
}
