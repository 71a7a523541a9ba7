package org.lmdeploy.model.qwen2vl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.testkit.HashedValues;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.HostTensors;
import tools.jackson.databind.ObjectMapper;

/**
 * What transformers computed for a small random checkpoint; written by make_qwen2vl_reference.py.
 *
 * @param config config.json
 * @param grids rows and columns of the images' tokens
 * @param embeddings of both images, one after the other
 * @param images a prompt of two turns with the images
 * @param text a prompt without images
 */
record ReferenceModel(
    String transformers,
    Map<String, Object> config,
    int[][] grids,
    float[][] embeddings,
    Answer images,
    Answer text) {
  static final List<String> NAMES =
      List.of("qwen2-vl", "qwen2.5-vl", "qwen2-vl-5", "qwen2.5-vl-yarn-5");

  /** Ids from here on are special; greedy answers take none of them. */
  static final int SPECIAL = 120;

  static final int VOCABULARY = 127;

  private static final int IMAGE = 120;
  private static final int PATCHES_OF_TOKEN = 4;
  private static final int PATCH_COLUMNS = 3 * 2 * 4 * 4;

  /** A prompt and what followed. */
  record Answer(
      int[] prompt, Map<Integer, float[]> logits, int[] greedy, float[] logits_after_greedy) {}

  static ReferenceModel load(String name) {
    try (InputStream in = ReferenceModel.class.getResourceAsStream("/qwen2vl/" + name + ".json")) {
      return new ObjectMapper().readValue(in, ReferenceModel.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ModelBlueprint blueprint() {
    Map<String, Object> pixels = Map.of("patch_size", 4, "min_pixels", 64, "max_pixels", 4096);
    return new Qwen2VlFamily()
        .blueprint(
            new ModelFiles(
                Path.of("."),
                ConfigTree.of("config.json", config),
                Optional.empty(),
                Optional.of(ConfigTree.of("preprocessor_config.json", pixels)),
                Optional.empty()));
  }

  /** The weights under the published names. */
  WeightSource weights(DType type) {
    boolean tied = Boolean.TRUE.equals(config.get("tie_word_embeddings"));
    return new HashedWeights(
        type,
        name ->
            !name.startsWith("model.language_model.") && !(tied && name.equals("lm_head.weight")));
  }

  /** The images with pixels that follow from their numbers. */
  List<ProcessedImage> processed() {
    List<ProcessedImage> images = new ArrayList<>();
    for (int i = 0; i < grids.length; i++) {
      ProcessedImage.Grid grid = new ProcessedImage.Grid(grids[i][0], grids[i][1]);
      int tokens = grid.rows() * grid.columns();
      int patches = tokens * PATCHES_OF_TOKEN;
      float[] pixels = HashedValues.of("pixels " + i, patches * PATCH_COLUMNS);
      images.add(
          new ProcessedImage(
              HostTensors.of(DType.F32, pixels, patches, PATCH_COLUMNS),
              tokens,
              "image " + i,
              Optional.of(grid)));
    }
    return images;
  }

  /** Where a prompt has the images. */
  List<ImageSpan> spans(int[] prompt) {
    int[] starts =
        IntStream.range(1, prompt.length)
            .filter(i -> prompt[i] == IMAGE && prompt[i - 1] != IMAGE)
            .toArray();
    return IntStream.range(0, starts.length)
        .mapToObj(i -> new ImageSpan(starts[i], processed().get(i)))
        .toList();
  }
}
