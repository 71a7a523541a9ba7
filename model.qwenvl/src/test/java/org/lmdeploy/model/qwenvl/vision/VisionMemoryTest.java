package org.lmdeploy.model.qwenvl.vision;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
  @CsvSource({
    "1, 64, 0.5, 9, 128",
    "5, 8, 40, 9, 128",
    "9, 64, 4, 4, 128",
    "3, 4, 4, 4, 256",
    "1, 4, 4, 64, 128",
    "9, 4, 4, 49, 128"
  })
  void keepsToItsMemory(int images, int width, double ratio, int queries, int outputSize) {
    Map<String, Object> visual =
        Map.of(
            "width",
            width,
            "mlp_ratio",
            ratio,
            "heads",
            2,
            "layers",
            2,
            "patch_size",
            4,
            "image_size",
            SIZE,
            "n_queries",
            queries,
            "output_dim",
            outputSize,
            "image_start_id",
            1);
    VisionConfig config = VisionConfig.of(ConfigTree.of("config.json", visual), outputSize);
    try (ReferenceDevice device = new ReferenceDevice()) {
      QwenVit tower = QwenVit.load(config, new HashedWeights(DType.F32, name -> true), device);
      List<ProcessedImage> processed =
          IntStream.range(0, images)
              .mapToObj(
                  i -> HostTensors.of(DType.F32, new float[3 * SIZE * SIZE], 1, 3, SIZE, SIZE))
              .map(pixels -> new ProcessedImage(pixels, queries, "key"))
              .toList();
      try (Frame _ = device.ops().frame()) {
        tower.encode(processed, device.ops());
      }
      long peak = device.peakActivationElements();
      long planned = config.activationElements(images);
      assertTrue(peak <= planned, peak + " elements, planned were " + planned);
      assertTrue(planned <= 1.5 * peak, planned + " planned, but only " + peak + " used");
    }
  }
}
