package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.testkit.SharedFolder;
import org.lmdeploy.turbomind.cuda.CudaDeviceProvider;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden scenes and evaluation set on a CUDA device in bf16, through the whole platform. */
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaAnswersTest {
  /** Where the float32 reference is so sure, bf16 rounding does not change an answer. */
  private static final double CERTAIN_MARGIN = 0.5;

  private static final double LEAST_RIGHT = 0.95;

  private EvaluationSet set;
  private Pipeline pipe;

  @BeforeAll
  void open() throws IOException {
    GpuDevice.first(new CudaDeviceProvider());
    set = EvaluationSet.read(SharedFolder.of("eval/internvl"));
    pipe = open(32, 64, false);
  }

  @AfterAll
  void close() {
    if (pipe != null) {
      pipe.close();
    }
  }

  private static Pipeline open(int batchSize, int blockTokens, boolean prefixCaching) {
    EngineOptions options =
        new EngineOptions(
            OptionalInt.of(1024), batchSize, 0.05, blockTokens, prefixCaching, 2048, 0, 1, 4);
    String model = SharedFolder.of("models/tiny-internvl2").toString();
    return Pipeline.open(
        new LoadOptions(
            model,
            Optional.empty(),
            Optional.empty(),
            Optional.of("turbomind"),
            Optional.of("cuda"),
            Optional.empty(),
            options));
  }

  static IntStream scenes() {
    return IntStream.range(0, 12);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void theAnswerIsTheReferences(int number) {
    Path file = SharedFolder.of("goldens/internvl/scene%02d.json".formatted(number));
    JsonNode scene = JsonMapper.builder().build().readTree(file);
    Image image =
        Image.file(file.resolveSibling(scene.get("image").asString()))
            .maxDynamicPatch(scene.get("max_num").asInt());
    Response response = pipe.infer(scene.get("question").asString(), image);
    List<Integer> ids = new ArrayList<>();
    scene.get("answer_ids").forEach(id -> ids.add(id.asInt()));
    assertEquals(ids, response.tokenIds());
  }

  @Test
  void theModelRunsOnTheGpu() {
    assertTrue(
        pipe.model().why().stream()
            .anyMatch(line -> line.startsWith("device") && line.contains("cuda:")),
        pipe.model().why().toString());
  }

  @Test
  void certainAnswersAreTheReferences() {
    check(pipe.infer(set.prompts()));
    EngineStats stats = pipe.model().stats();
    assertEquals(0, stats.kvBlocksUsed(), "blocks that are still in use");
  }

  @Test
  void prefixCachingChangesNothing() {
    try (Pipeline caching = open(32, 16, true)) {
      check(caching.infer(set.prompts()));
      assertTrue(caching.model().stats().cachedTokens() > 0, "tokens of equal beginnings");
      assertEquals(0, caching.model().stats().kvBlocksUsed(), "blocks that are still in use");
    }
  }

  private void check(List<Response> responses) {
    int right = 0;
    int certain = 0;
    for (int i = 0; i < set.items().size(); i++) {
      EvaluationSet.Item item = set.items().get(i);
      if (item.margin() >= CERTAIN_MARGIN) {
        assertEquals(item.reference(), responses.get(i).text(), item.image());
        certain++;
      }
      right += item.answer().equals(responses.get(i).text()) ? 1 : 0;
    }
    assertTrue(certain > set.items().size() / 4, certain + " certain answers");
    assertTrue(right >= LEAST_RIGHT * set.items().size(), right + " are right");
  }
}
