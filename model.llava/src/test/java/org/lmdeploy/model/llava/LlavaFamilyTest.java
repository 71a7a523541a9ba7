package org.lmdeploy.model.llava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** Configurations of both layouts: what they give, and what is said about wrong ones. */
class LlavaFamilyTest {
  /** liuhaotian/llava-v1.6-vicuna-7b, which names its tower by its hub id. */
  private static final Map<String, Object> ORIGINAL =
      Map.ofEntries(
          Map.entry("architectures", List.of("LlavaLlamaForCausalLM")),
          Map.entry("hidden_size", 4096),
          Map.entry("image_aspect_ratio", "anyres"),
          Map.entry(
              "image_grid_pinpoints",
              pairs(new int[][] {{336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}})),
          Map.entry("mm_hidden_size", 1024),
          Map.entry("mm_patch_merge_type", "spatial_unpad"),
          Map.entry("mm_projector_type", "mlp2x_gelu"),
          Map.entry("mm_vision_select_feature", "patch"),
          Map.entry("mm_vision_select_layer", -2),
          Map.entry("mm_vision_tower", "openai/clip-vit-large-patch14-336"));

  /** llava-hf/llava-v1.6-vicuna-7b-hf, which leaves most out. */
  private static final Map<String, Object> NEXT =
      Map.of(
          "architectures",
          List.of("LlavaNextForConditionalGeneration"),
          "text_config",
          Map.of("model_type", "llama", "vocab_size", 32_064));

  private static List<List<Integer>> pairs(int[][] pairs) {
    return Arrays.stream(pairs).map(pair -> List.of(pair[0], pair[1])).toList();
  }

  private static Map<String, Object> changed(Map<String, Object> base, String key, Object value) {
    Map<String, Object> config = new TreeMap<>(base);
    config.put(key, value);
    return config;
  }

  private static ModelBlueprint blueprint(Map<String, Object> config, Map<String, Object> pixels) {
    return new LlavaFamily()
        .blueprint(
            new ModelFiles(
                Path.of("."),
                ConfigTree.of("config.json", config),
                Optional.empty(),
                Optional.of(ConfigTree.of("preprocessor_config.json", pixels)),
                Optional.empty()));
  }

  @Test
  void readsThePublishedShapes() {
    for (Map<String, Object> config : List.of(ORIGINAL, NEXT)) {
      ModelBlueprint blueprint = blueprint(config, Map.of());
      String evidence = String.join("\n", blueprint.evidence());
      assertTrue(evidence.contains("CLIP ViT: 23 layers"), evidence);
      // five tiles of 576 and 48 newlines
      assertTrue(evidence.contains("up to 5 tiles"), evidence);
      assertTrue(evidence.contains("up to 2928 tokens"), evidence);
      // the whole image, and of 48 rows the 36 that are no padding, a newline after each
      assertEquals(576 + 36 * (48 + 1), tokens(blueprint, 640, 480));
    }
  }

  private static int tokens(ModelBlueprint blueprint, int width, int height) {
    ImageProcessor processor =
        blueprint.imageProcessor(new OneTokenTokenizer("<image>", 3)).orElseThrow();
    RgbImage image = new RgbImage(width, height, new byte[width * height * 3]);
    return processor.process(image, new ImagePart(new ImageSource.Pixels(image))).tokens();
  }

  @Test
  void theTextOfAListIsAListToo() {
    Map<String, Object> text =
        changed(ORIGINAL, "image_grid_pinpoints", "[(336, 672), (672, 336), (672, 672)]");
    String evidence = String.join("\n", blueprint(text, Map.of()).evidence());
    assertTrue(evidence.contains("3 resolutions"), evidence);
  }

  @Test
  void thePlaceholderIsTheTokenizersOrTheDummy() {
    ModelBlueprint original = blueprint(ORIGINAL, Map.of());
    assertEquals(7, placeholder(original, new OneTokenTokenizer("<image>", 7)));
    assertEquals(0, placeholder(original, new OneTokenTokenizer("<pad>", 7)));
    assertEquals(
        32_000, placeholder(blueprint(NEXT, Map.of()), new OneTokenTokenizer("<image>", 7)));
  }

  private static int placeholder(ModelBlueprint blueprint, OneTokenTokenizer tokenizer) {
    return blueprint.imageProcessor(tokenizer).orElseThrow().slot(null).placeholderId();
  }

  @Test
  void imagesStandBetweenTagsWhereTheCheckpointWasTrainedSo() {
    ImageProcessor.ImageSlot slot =
        blueprint(changed(ORIGINAL, "mm_use_im_start_end", true), Map.of())
            .imageProcessor(new OneTokenTokenizer("<image>", 3))
            .orElseThrow()
            .slot(null);
    assertEquals(new ImageProcessor.ImageSlot("<im_start>", 3, "<im_end>"), slot);
  }

  @Test
  void projectorsHaveTheirPublishedNames() {
    assertEquals(List.of("model.mm_projector"), projector("linear", 40));
    assertEquals(
        List.of("model.mm_projector.0", "model.mm_projector.2", "model.mm_projector.4"),
        projector("mlp3x_gelu", 40));
    assertEquals(List.of(), projector("identity", 48));
  }

  /** The linear layers that a small model asks its checkpoint for. */
  private static List<String> projector(String type, int textHidden) {
    ReferenceCase one = ReferenceCase.load("pad");
    ModelFiles files = Layout.ORIGINAL.files(one);
    Map<String, Object> config = new TreeMap<>(files.config().values());
    config.put("mm_projector_type", type);
    config.put("hidden_size", textHidden);
    ModelFiles changed =
        new ModelFiles(
            files.folder(),
            ConfigTree.of("config.json", config),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            files.visionTower());
    List<String> names = new ArrayList<>();
    try (ReferenceDevice device = new ReferenceDevice()) {
      new LlavaFamily().blueprint(changed).build(new Recorded(names), device);
    }
    return names;
  }

  @Test
  void refusesContradictionsOfTheOriginalLayout() {
    refused(ORIGINAL, "mm_vision_tower", "google/siglip-so400m-patch14-384", "vision_tower");
    refused(ORIGINAL, "mm_vision_tower", null, "mm_vision_tower");
    refused(ORIGINAL, "mm_projector_type", null, "mm_projector_type is missing");
    refused(ORIGINAL, "mm_projector_type", "mlp2x_gelu_Norm", "mlp2x_gelu_Norm");
    refused(ORIGINAL, "mm_projector_type", "identity", "equal hidden sizes");
    refused(ORIGINAL, "mm_resampler_type", "qformer", "mm_resampler_type");
    refused(ORIGINAL, "mm_hidden_size", 768, "1024");
    refused(ORIGINAL, "mm_vision_select_layer", null, "mm_vision_select_layer");
    refused(ORIGINAL, "mm_vision_select_layer", 25, "-25 to 24");
    refused(ORIGINAL, "mm_vision_select_layer", -26, "-25 to 24");
    refused(ORIGINAL, "mm_vision_select_feature", "cls", "cls_patch");
    refused(ORIGINAL, "mm_vision_select_feature", "cls_patch", "class token");
    refused(ORIGINAL, "mm_patch_merge_type", "spatial_maxpool2x2", "spatial_unpad");
    refused(ORIGINAL, "image_aspect_ratio", "anyres_max_9", "anyres_max_9");
    refused(ORIGINAL, "image_grid_pinpoints", null, "image_grid_pinpoints");
    refused(ORIGINAL, "image_grid_pinpoints", List.of(), "image_grid_pinpoints");
    refused(ORIGINAL, "image_grid_pinpoints", List.of(List.of(336)), "pairs");
    refused(ORIGINAL, "image_grid_pinpoints", pairs(new int[][] {{336, 500}}), "336 pixels");
    refused(ORIGINAL, "image_grid_pinpoints", pairs(new int[][] {{0, 336}}), "336 pixels");
    refused(ORIGINAL, "image_grid_pinpoints", pairs(new int[][] {{33_600, 33_600}}), "tiles");
    refused(ORIGINAL, "image_grid_pinpoints", "(1x1),...,(6x6)", "pairs");
  }

  @Test
  void theOriginalLayoutHasClipTowersOnly() {
    ReferenceCase one = ReferenceCase.load("siglip");
    LmDeployException error =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> new LlavaFamily().blueprint(Layout.ORIGINAL.files(one)));
    assertTrue(error.getMessage().contains("siglip_vision_model"), error.getMessage());
    assertTrue(error.getMessage().contains("clip_vision_model"), error.getMessage());
  }

  @Test
  void refusesContradictionsOfTransformersLayout() {
    refused(NEXT, "vision_feature_layer", List.of(-2, -5), "several layers");
    refused(NEXT, "vision_feature_layer", 30, "24 layers");
    refused(NEXT, "vision_feature_select_strategy", "cls", "default or full");
    refused(NEXT, "vision_feature_select_strategy", "full", "class token");
    refused(NEXT, "vision_config", Map.of("model_type", "pixtral"), "pixtral");
    refused(NEXT, "vision_config", Map.of("num_attention_heads", 7), "num_attention_heads");
    refused(NEXT, "vision_config", Map.of("hidden_act", "swish7"), "swish7");
    refused(NEXT, "vision_config", Map.of("num_channels", 1), "num_channels");
    refused(NEXT, "vision_config", Map.of("model_type", "siglip_vision_model"), "full");
    refused(NEXT, "text_config", Map.of("model_type", "gpt_bigcode"), "gpt_bigcode");
  }

  @Test
  void refusesPreprocessingThatCannotBe() {
    for (Map<String, Object> pixels :
        List.<Map<String, Object>>of(
            Map.of("size", Map.of("shortest_edge", 224)),
            Map.of("crop_size", 224),
            Map.of("do_normalize", false),
            Map.of("rescale_factor", 0.5),
            Map.of("resample", 9),
            Map.of("image_std", List.of(1, 1, 0)),
            Map.of("image_grid_pinpoints", pairs(new int[][] {{336, 336}})))) {
      assertThrows(LmDeployException.class, () -> blueprint(NEXT, pixels), pixels.toString());
    }
  }

  @Test
  void aTowerThatIsNowhereIsNamed() {
    WeightSource none = new HashedWeights(DType.F32, name -> false);
    try (ReferenceDevice device = new ReferenceDevice()) {
      for (Map<String, Object> config : List.of(ORIGINAL, NEXT)) {
        ModelBlueprint blueprint = blueprint(config, Map.of());
        LmDeployException error =
            assertThrows(InvalidModelException.class, () -> blueprint.build(none, device));
        assertTrue(error.getMessage().contains("vision tower"), error.getMessage());
      }
    }
  }

  /** Has any weight that is asked for, and notes down the projector's. */
  private record Recorded(List<String> projector) implements WeightSource {
    private static final HashedWeights ALL = new HashedWeights(DType.F32, name -> true);

    @Override
    public HostTensor tensor(String name, long... shape) {
      return ALL.tensor(name, shape);
    }

    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
      if (prefix.contains("mm_projector")) {
        projector.add(prefix);
      }
      return ALL.linear(prefix, outFeatures, inFeatures);
    }
  }

  @Test
  void refusesANumberOfTiles() {
    ImageProcessor processor =
        blueprint(NEXT, Map.of()).imageProcessor(new OneTokenTokenizer("<image>", 3)).orElseThrow();
    RgbImage image = new RgbImage(2, 2, new byte[12]);
    ImagePart part =
        new ImagePart(new ImageSource.Pixels(image), ImagePart.Detail.AUTO, OptionalInt.of(3));
    InvalidRequestException error =
        assertThrows(InvalidRequestException.class, () -> processor.process(image, part));
    assertEquals("max_dynamic_patch", error.parameter().orElseThrow());
  }

  private static void refused(Map<String, Object> base, String key, Object value, String expected) {
    LmDeployException error =
        assertThrows(
            LmDeployException.class,
            () -> blueprint(changed(base, key, value), Map.of()),
            key + " " + value);
    assertTrue(
        error instanceof InvalidModelException || error instanceof UnsupportedFeatureException);
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }
}
