package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmdeploy.testkit.SharedFolder;

/** An evaluation set through the whole platform: at least 98 % of the reference's answers. */
abstract class ReferenceAnswers {
  private static final double LEAST_EQUAL = 0.98;

  private final String model;
  private final String set;

  /**
   * @param model folder below {@code models}
   * @param set folder below {@code eval}
   */
  ReferenceAnswers(String model, String set) {
    this.model = model;
    this.set = set;
  }

  @Test
  void answersAreTheReferences() throws IOException {
    EvaluationSet evaluation = EvaluationSet.read(SharedFolder.of("eval/" + set));
    List<EvaluationSet.Item> items = evaluation.items();
    assertFalse(items.isEmpty());
    try (Pipeline pipe = Pipeline.open(SharedFolder.of("models/" + model).toString())) {
      List<Response> answers = pipe.infer(evaluation.prompts());
      List<String> others =
          IntStream.range(0, items.size())
              .filter(i -> !items.get(i).reference().equals(answers.get(i).text()))
              .mapToObj(i -> items.get(i).image() + ": " + answers.get(i).text())
              .toList();
      assertTrue(
          others.size() <= (1 - LEAST_EQUAL) * items.size(),
          "%s of %s answers differ: %s".formatted(others.size(), items.size(), others));
    }
  }
}
