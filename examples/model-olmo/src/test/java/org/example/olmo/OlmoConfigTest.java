package org.example.olmo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/** How configurations are read. */
class OlmoConfigTest {
  @Test
  void whatIsLeftOutIsOlmo7B() {
    OlmoConfig config = OlmoConfig.read(tree(Map.of()));
    assertEquals(4096, config.hidden());
    assertEquals(32, config.attention().kvHeads());
    assertEquals(128, config.attention().headDim());
    assertEquals(1, config.rotary().inverseFrequencies(1)[0]);
    assertEquals(Math.pow(10_000, -126.0 / 128), config.rotary().inverseFrequencies(1)[63]);
  }

  @Test
  void theBaseOfTheAnglesMayLieInRopeParameters() {
    OlmoConfig config =
        OlmoConfig.read(
            tree(Map.of("rope_parameters", Map.of("rope_type", "default", "rope_theta", 500.0))));
    assertEquals(Math.pow(500, -2.0 / 128), config.rotary().inverseFrequencies(1)[1]);
  }

  @Test
  void whatIsNotBuiltIsRefusedByName() {
    UnsupportedFeatureException refused =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> OlmoConfig.read(tree(Map.of("clip_qkv", 8.0))));
    assertTrue(refused.getMessage().contains("clip_qkv"), refused::getMessage);
    assertThrows(
        InvalidModelException.class, () -> OlmoConfig.read(tree(Map.of("num_attention_heads", 7))));
  }

  private static ConfigTree tree(Map<String, Object> values) {
    return ConfigTree.of("config.json", values);
  }
}
