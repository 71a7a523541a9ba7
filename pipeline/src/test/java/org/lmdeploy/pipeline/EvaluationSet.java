package org.lmdeploy.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Questions about images with their answers.
 *
 * @param folder where the images are
 * @param items the questions in order
 */
record EvaluationSet(Path folder, List<Item> items) {
  /**
   * One question.
   *
   * @param image file name of the image
   * @param question the question
   * @param answer the right answer
   * @param reference what the reference implementation answers in float32
   * @param margin smallest gap between its best and second logit over the answer
   */
  record Item(String image, String question, String answer, String reference, double margin) {}

  static EvaluationSet read(Path folder) throws IOException {
    JsonMapper mapper = JsonMapper.builder().build();
    List<Item> items =
        Files.readAllLines(folder.resolve("eval.jsonl")).stream()
            .filter(line -> !line.isBlank())
            .map(line -> item(mapper.readTree(line)))
            .toList();
    return new EvaluationSet(folder, items);
  }

  private static Item item(JsonNode node) {
    return new Item(
        node.get("image").asString(),
        node.get("question").asString(),
        node.get("answer").asString(),
        node.get("reference_answer").asString(),
        node.get("least_step_margin").asDouble());
  }

  List<Prompt> prompts() {
    return items.stream()
        .map(item -> Prompt.of(item.question(), Image.file(folder.resolve(item.image()))))
        .toList();
  }
}
