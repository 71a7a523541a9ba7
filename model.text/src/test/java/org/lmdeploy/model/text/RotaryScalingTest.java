package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.model.text.rotary.RotaryRules;

/** How configurations name scaling rules; that the rules are right is shown by the decoders. */
final class RotaryScalingTest {
  private static final int HEAD_DIM = 16;
  private static final int POSITIONS = 512;

  @Test
  void bothGenerationsOfKeysMeanTheSame() {
    ConfigTree old =
        Configs.llama(
            Map.of("rope_theta", 500.0, "rope_scaling", Map.of("type", "linear", "factor", 2.0)));
    ConfigTree later =
        Configs.llama(
            "rope_parameters", Map.of("rope_type", "linear", "rope_theta", 500.0, "factor", 2.0));
    assertArrayEquals(
        spec(old).inverseFrequencies(1), spec(later).inverseFrequencies(1), "frequencies");
    assertEquals(0.5, spec(old).inverseFrequencies(1)[0], "positions shrink by the factor");
  }

  @Test
  void dynamicScalingBeginsBeyondTheContext() {
    RotarySpec spec = spec(scaling(Map.of("type", "dynamic", "factor", 2.0)));
    assertArrayEquals(spec.inverseFrequencies(1), spec.inverseFrequencies(POSITIONS));
    assertEquals(POSITIONS, spec.switchLength());
    double slowest = spec.inverseFrequencies(POSITIONS)[HEAD_DIM / 2 - 1];
    double longer = spec.inverseFrequencies(POSITIONS + 1)[HEAD_DIM / 2 - 1];
    double longest = spec.inverseFrequencies(2 * POSITIONS)[HEAD_DIM / 2 - 1];
    assertTrue(slowest > longer && longer > longest);
    assertEquals(1, spec.inverseFrequencies(2 * POSITIONS)[0], "the fastest pair stays");
    assertEquals(
        slowest / 3, longest, 1e-12, "factor 2 at twice the length stretches by 2 * 2 - 1");
  }

  @Test
  void partOfAHeadMayBeRotated() {
    assertEquals(8, spec(Configs.llama("partial_rotary_factor", 0.5)).rotaryDim());
  }

  @Test
  void namesUnknownRules() {
    LmDeployException error =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> spec(scaling(Map.of("rope_type", "spiral", "factor", 2.0))));
    assertTrue(error.getMessage().contains("'spiral'"), error.getMessage());
    assertTrue(error.getMessage().contains("longrope"), error.getMessage());
  }

  @Test
  void refusesRulesForEachTypeOfLayer() {
    ConfigTree config =
        Configs.llama("rope_parameters", Map.of("full_attention", Map.of("rope_type", "default")));
    assertThrows(UnsupportedFeatureException.class, () -> spec(config));
  }

  @Test
  void refusesWrongNumbers() {
    refused(Map.of("type", "linear"));
    refused(Map.of("type", "linear", "factor", 0.5));
    refused(Map.of("type", "dynamic", "factor", Double.NaN));
    refused(Map.of("type", "llama3", "factor", 8, "low_freq_factor", 4, "high_freq_factor", 1));
    refused(Map.of("type", "longrope", "short_factor", List.of(1, 2), "long_factor", List.of(1)));
    refused(Map.of("type", "yarn", "factor", 2, "beta_fast", -1));
  }

  private static void refused(Map<String, Object> rules) {
    assertThrows(InvalidModelException.class, () -> spec(scaling(rules)), rules.toString());
  }

  private static ConfigTree scaling(Map<String, Object> rules) {
    return Configs.llama("rope_scaling", rules);
  }

  private static RotarySpec spec(ConfigTree config) {
    return RotaryRules.of(config, HEAD_DIM, POSITIONS).spec();
  }
}
