package org.lmdeploy.model.text.backbone;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Activation;

/** The activation function that {@code hidden_act} names in transformers' words. */
final class HiddenActivation {
  private HiddenActivation() {}

  static Activation of(ConfigTree config, String fallback) {
    String name = config.text("hidden_act", fallback);
    return switch (name) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "relu" -> Activation.RELU;
      default ->
          throw new UnsupportedFeatureException(
              config.path()
                  + ": hidden_act '"
                  + name
                  + "' is not supported; known are silu, gelu, gelu_new, quick_gelu, relu");
    };
  }
}
