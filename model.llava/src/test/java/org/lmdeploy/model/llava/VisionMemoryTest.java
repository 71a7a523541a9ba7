package org.lmdeploy.model.llava;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** The activations that are planned for images of the largest size are those that are made. */
class VisionMemoryTest {
  /** Case, images, columns of the tower, of its feed-forward network and of the decoder. */
  @ParameterizedTest
  @CsvSource({
    "pad, 1, 64, 32, 24",
    "pad, 10, 8, 400, 24",
    "full, 3, 16, 16, 400",
    "siglip, 2, 48, 64, 24",
    "next-llama, 1, 48, 64, 24",
    "next-llama, 3, 4, 8, 512",
    "next-mistral, 2, 4, 4, 64",
  })
  void keepsToItsMemory(String name, int count, int hidden, int intermediate, int textHidden) {
    ReferenceCase one = changed(ReferenceCase.load(name), hidden, intermediate, textHidden);
    ModelBlueprint blueprint = new LlavaFamily().blueprint(Layout.TRANSFORMERS.files(one));
    ImageProcessor processor =
        blueprint.imageProcessor(new OneTokenTokenizer("<image>", 3)).orElseThrow();
    try (ReferenceDevice device = new ReferenceDevice()) {
      HashedWeights weights = new HashedWeights(DType.F32, any -> true);
      BuiltModel model = blueprint.build(new NamedWeights(weights, Layout.TRANSFORMERS), device);
      List<ProcessedImage> images = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        images.add(largest(one, processor));
      }
      try (Frame _ = device.ops().frame()) {
        model.vision().orElseThrow().encode(images, device.ops());
      }
      long peak = device.peakActivationElements();
      long planned = blueprint.visionActivationElements(count);
      assertTrue(peak <= planned, peak + " elements, planned were " + planned);
      assertTrue(planned <= 1.5 * peak, planned + " planned, but only " + peak + " used");
    }
  }

  /** As large as the largest resolution. */
  private static ProcessedImage largest(ReferenceCase one, ImageProcessor processor) {
    ConfigTree config = ConfigTree.of("config.json", one.config());
    int size = config.child("vision_config").positiveInt("image_size");
    int width = size;
    int height = size;
    for (Object pair : config.list("image_grid_pinpoints")) {
      int rows = (Integer) ((List<?>) pair).getFirst();
      int columns = (Integer) ((List<?>) pair).getLast();
      if (rows * columns > width * height) {
        width = columns;
        height = rows;
      }
    }
    RgbImage image = new RgbImage(width, height, new byte[width * height * 3]);
    return processor.process(image, new ImagePart(new ImageSource.Pixels(image)));
  }

  private static ReferenceCase changed(
      ReferenceCase one, int hidden, int intermediate, int textHidden) {
    Map<String, Object> config = new LinkedHashMap<>(one.config());
    ConfigTree tree = ConfigTree.of("config.json", one.config());
    Map<String, Object> vision = new LinkedHashMap<>(tree.child("vision_config").values());
    vision.putAll(
        Map.of("hidden_size", hidden, "intermediate_size", intermediate, "num_attention_heads", 2));
    Map<String, Object> text = new LinkedHashMap<>(tree.child("text_config").values());
    text.put("hidden_size", textHidden);
    config.put("vision_config", vision);
    config.put("text_config", text);
    return new ReferenceCase(
        one.transformers(),
        config,
        one.preprocessor(),
        one.images(),
        one.turns(),
        one.least_margin());
  }
}
