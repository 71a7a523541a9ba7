package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.testkit.SharedFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden scenes through the whole platform: length of the prompt, ids and text of the answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GoldenAnswers {
  private final String model;
  private final String goldens;
  private Pipeline pipe;

  /**
   * @param model folder below {@code models}
   * @param goldens folder below {@code goldens}
   */
  GoldenAnswers(String model, String goldens) {
    this.model = model;
    this.goldens = goldens;
  }

  @BeforeAll
  void open() {
    pipe = Pipeline.open(SharedFolder.of("models/" + model).toString());
  }

  @AfterAll
  void close() {
    if (pipe != null) {
      pipe.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void theAnswerIsTheReferences(int number) {
    Path file = SharedFolder.of("goldens/%s/scene%02d.json".formatted(goldens, number));
    JsonNode scene = JsonMapper.builder().build().readTree(file);
    Image image = Image.file(file.resolveSibling(scene.get("image").asString()));
    if (scene.has("max_num")) {
      image = image.maxDynamicPatch(scene.get("max_num").asInt());
    }
    Response response = pipe.infer(scene.get("question").asString(), image);
    List<Integer> ids = new ArrayList<>();
    scene.get("answer_ids").forEach(id -> ids.add(id.asInt()));
    assertEquals(ids, response.tokenIds());
    assertEquals(scene.get("prompt_ids").size(), response.inputTokens());
    assertEquals(scene.get("expected_answer").asString(), response.text());
  }
}
