package org.lmdeploy.model.vision;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Activation;

/** The names that configurations of vision models give to activations. */
public final class ActivationNames {
  private ActivationNames() {}

  /**
   * The activation that a key names.
   *
   * @param fallback what a missing key means
   * @throws UnsupportedFeatureException if the name is none of ours
   */
  public static Activation of(ConfigTree config, String key, String fallback) {
    String name = config.text(key, fallback);
    return switch (name) {
      case "gelu" -> Activation.GELU;
      case "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "relu" -> Activation.RELU;
      case "silu" -> Activation.SILU;
      default ->
          throw new UnsupportedFeatureException(
              config.path() + ": the activation " + name + " of " + key + " is not known");
    };
  }
}
