package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.testkit.SharedFolder;

/** An evaluation set through the whole platform: nearly all answers are the reference's. */
abstract class ReferenceAnswers {
  private static final double LEAST_EQUAL = 0.98;

  private final String model;
  private final String evaluation;

  /**
   * @param model folder below {@code models}
   * @param evaluation folder below {@code eval}
   */
  ReferenceAnswers(String model, String evaluation) {
    this.model = model;
    this.evaluation = evaluation;
  }

  @Test
  void answersAreTheReferences() throws IOException {
    EvaluationSet set = EvaluationSet.read(SharedFolder.of("eval/" + evaluation));
    assertFalse(set.items().isEmpty());
    EngineOptions options =
        new EngineOptions(OptionalInt.of(1024), 16, 0.5, 64, false, 2048, 0, 1, 1);
    List<String> others = new ArrayList<>();
    try (Pipeline pipe =
        Pipeline.open(LoadOptions.of(SharedFolder.of("models/" + model).toString(), options))) {
      List<Response> responses = pipe.infer(set.prompts());
      for (int i = 0; i < responses.size(); i++) {
        EvaluationSet.Item item = set.items().get(i);
        String answer = responses.get(i).text();
        if (!item.reference().equals(answer)) {
          others.add(item.image() + ": " + answer + " instead of " + item.reference());
        }
      }
    }
    assertTrue(others.size() <= (1 - LEAST_EQUAL) * set.items().size(), others::toString);
  }
}
