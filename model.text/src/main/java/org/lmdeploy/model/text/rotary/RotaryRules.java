package org.lmdeploy.model.text.rotary;

import java.util.Arrays;
import java.util.Locale;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.RotarySpec.Pairing;

/** Finds the rotary position embedding that a configuration asks for. */
public final class RotaryRules {
  private static final String KNOWN = "default, mrope, linear, dynamic, llama3, yarn, longrope";

  private RotaryRules() {}

  /**
   * @param config the decoder's configuration
   * @param headDim elements of a head
   * @param maxPositions {@code max_position_embeddings}
   * @throws UnsupportedFeatureException if the scaling rule is unknown
   */
  public static RotaryEmbedding of(ConfigTree config, int headDim, int maxPositions) {
    RotaryParameters parameters = RotaryParameters.of(config, headDim, maxPositions);
    return new RotaryEmbedding(Sections.of(parameters, spec(parameters)), describe(parameters));
  }

  private static RotarySpec spec(RotaryParameters parameters) {
    return switch (parameters.type()) {
      case "default", "mrope" -> fixed(frequencies(parameters));
      case "linear" -> fixed(linear(frequencies(parameters), parameters.factor()));
      case "dynamic" -> DynamicNtk.of(parameters);
      case "llama3" -> fixed(Llama3Scaling.of(parameters).scale(frequencies(parameters)));
      case "yarn" -> Yarn.of(parameters);
      case "longrope", "su" -> LongRope.of(parameters);
      default ->
          throw new UnsupportedFeatureException(
              parameters.rules().path()
                  + ": the rotary scaling '"
                  + parameters.type()
                  + "' is not supported; known are "
                  + KNOWN);
    };
  }

  private static double[] frequencies(RotaryParameters parameters) {
    return Frequencies.of(parameters.theta(), parameters.dim());
  }

  /**
   * Position interpolation (Chen et al.): positions, and so all frequencies, shrink by the factor.
   */
  private static double[] linear(double[] frequencies, double factor) {
    return Arrays.stream(frequencies).map(frequency -> frequency / factor).toArray();
  }

  private static RotarySpec fixed(double[] frequencies) {
    return new RotarySpec.Fixed(Pairing.HALVES, frequencies, 1);
  }

  private static String describe(RotaryParameters parameters) {
    return String.format(
        Locale.ROOT,
        "rotary over %d elements of a head, base %s, scaling %s, up to %d positions",
        parameters.dim(),
        parameters.theta(),
        parameters.type(),
        parameters.maxPositions());
  }
}
