package org.lmdeploy.model.qwen2vl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.WeightSource;

/**
 * Small random models on a device against transformers: embeddings of two images together and one
 * by one; logits and greedy ids of a prompt with both images in two turns and of one without,
 * whole, in chunks that cut the images, and token by token.
 */
abstract class ModelComparison {
  /** Opens the device to be tested. */
  protected abstract Device open();

  /** Largest relative error of logits and embeddings, by the 2-norm. */
  protected double tolerance() {
    return 1e-3;
  }

  /**
   * Whether the device chooses the reference's ids by itself; else it is given them, as rounding
   * may decide between two ids that are equally likely.
   */
  protected boolean choosesIds() {
    return true;
  }

  @TestFactory
  final Stream<DynamicTest> publishedNames() {
    return ReferenceModel.NAMES.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      ReferenceModel reference = ReferenceModel.load(name);
                      compare(reference, reference.weights(DType.F32));
                    }));
  }

  @TestFactory
  final Stream<DynamicTest> newerNames() {
    return Stream.of("qwen2-vl-5", "qwen2.5-vl")
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      ReferenceModel reference = ReferenceModel.load(name);
                      compare(reference, new NewerCheckpoint(reference.weights(DType.F32)));
                    }));
  }

  private void compare(ReferenceModel reference, WeightSource weights) {
    ModelBlueprint blueprint = reference.blueprint();
    try (Device device = open()) {
      BuiltModel model = blueprint.build(weights, device);
      try (Frame _ = device.ops().frame()) {
        Tensor embeddings = embeddings(reference, model, device);
        for (ReferenceModel.Answer answer : List.of(reference.images(), reference.text())) {
          for (int chunk : new int[] {answer.prompt().length, 7, 1}) {
            try (ModelRun run =
                new ModelRun(
                    model.language(),
                    blueprint.kvLayout(),
                    device,
                    reference.spans(answer.prompt()),
                    embeddings,
                    answer.prompt().length)) {
              compare(answer, run, chunk);
            }
          }
        }
      }
    }
  }

  private Tensor embeddings(ReferenceModel reference, BuiltModel model, Device device) {
    var images = reference.processed();
    var vision = model.vision().orElseThrow();
    Tensor together = vision.encode(images, device.ops());
    assertEmbeddings(reference, device.ops().download(together), 0);
    int row = 0;
    for (var image : images) {
      Tensor alone = vision.encode(List.of(image), device.ops());
      assertEmbeddings(reference, device.ops().download(alone), row);
      row += image.tokens();
    }
    return together;
  }

  private void assertEmbeddings(ReferenceModel reference, float[] actual, int from) {
    int columns = reference.embeddings()[0].length;
    assertEquals(0, actual.length % columns);
    for (int row = 0; row < actual.length / columns; row++) {
      assertClose(
          reference.embeddings()[from + row],
          Arrays.copyOfRange(actual, row * columns, (row + 1) * columns),
          "embedding " + (from + row));
    }
  }

  private void compare(ReferenceModel.Answer answer, ModelRun run, int chunk) {
    List<float[]> prompt = run.prefill(answer.prompt(), chunk);
    answer
        .logits()
        .forEach((position, logits) -> assertClose(logits, prompt.get(position), "at " + position));
    int[] greedy = new int[answer.greedy().length];
    float[] logits = prompt.getLast();
    for (int i = 0; i < greedy.length; i++) {
      greedy[i] = choosesIds() ? largest(logits) : answer.greedy()[i];
      logits = run.step(greedy[i]).getFirst();
    }
    assertArrayEquals(answer.greedy(), greedy, "greedy ids, chunks of " + chunk);
    assertClose(answer.logits_after_greedy(), logits, "after the greedy ids");
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < ReferenceModel.SPECIAL; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private void assertClose(float[] expected, float[] actual, String where) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(error / norm);
    assertTrue(relative < tolerance(), "relative error " + where + ": " + relative);
  }
}
