package org.lmdeploy.model.internvl.vision;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.HostTensors;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The activations that are planned for are those that are made. */
final class VisionMemoryTest {
  private static final int SIZE = 16;

  @ParameterizedTest
  @CsvSource({"1, 64, 32, 24", "5, 8, 400, 24", "20, 48, 64, 24", "3, 4, 4, 24", "9, 4, 4, 512"})
  void keepsToItsMemory(int tiles, int hidden, int intermediate, int textHidden) {
    Map<String, Object> vision =
        Map.of(
            "hidden_size",
            hidden,
            "intermediate_size",
            intermediate,
            "num_attention_heads",
            2,
            "num_hidden_layers",
            2,
            "patch_size",
            4,
            "image_size",
            SIZE);
    VisionConfig config =
        VisionConfig.of(ConfigTree.of("config.json", Map.of("vision_config", vision)), SIZE);
    try (ReferenceDevice device = new ReferenceDevice()) {
      HashedWeights weights = new HashedWeights(DType.F32, name -> true);
      InternVit tower = InternVit.load(config, textHidden, weights, device);
      float[] pixels = new float[tiles * 3 * SIZE * SIZE];
      ProcessedImage image =
          new ProcessedImage(
              HostTensors.of(DType.F32, pixels, tiles, 3, SIZE, SIZE),
              tiles * config.tokensPerTile(),
              "key");
      try (Frame _ = device.ops().frame()) {
        tower.encode(List.of(image), device.ops());
      }
      long peak = device.peakActivationElements();
      long planned = config.activationElements(tiles, textHidden);
      assertTrue(peak <= planned, peak + " elements, planned were " + planned);
      assertTrue(planned <= 1.5 * peak, planned + " planned, but only " + peak + " used");
    }
  }
}
