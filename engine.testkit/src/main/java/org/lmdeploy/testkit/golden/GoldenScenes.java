package org.lmdeploy.testkit.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.testkit.SharedFolder;

/**
 * A trained tiny model on a device against its goldens: embeddings of the picture, logits of the
 * answer's first position, the greedy answer.
 */
public abstract class GoldenScenes {
  private static final int BLOCK_TOKENS = 64;

  /** The model to be tested. */
  protected abstract GoldenModel model();

  /** Opens the device to be tested. */
  protected abstract Device open();

  /** Numbers of the scenes to be looked at. */
  protected IntStream scenes() {
    return IntStream.range(0, 12);
  }

  /** Largest relative error of an image's first token, by the 2-norm. */
  protected double imageTolerance() {
    return 2e-3;
  }

  /** Largest error of a logit, as a part of the range of the 32 largest. */
  protected double logitTolerance() {
    return 2e-2;
  }

  @TestFactory
  final Stream<DynamicTest> scenesAgree() {
    return scenes()
        .mapToObj(number -> DynamicTest.dynamicTest("scene " + number, () -> compare(number)));
  }

  private void compare(int number) {
    GoldenModel golden = model();
    Scene scene = Scene.load(golden.goldens(), number);
    Path folder = SharedFolder.of("models/" + golden.folder());
    ModelBlueprint blueprint = golden.family().blueprint(golden.folders().read(folder));
    try (Checkpoint checkpoint = golden.folders().open(folder);
        Device device = open()) {
      BuiltModel model = blueprint.build(new StoredWeights(checkpoint), device);
      ProcessedImage image = process(scene, blueprint);
      assertEquals(scene.imageTokens(), image.tokens());
      Ops ops = device.ops();
      int length = scene.promptIds().length + scene.answerIds().length;
      try (Frame _ = ops.frame();
          KvCache cache =
              device.kvCache(blueprint.kvLayout(), BLOCK_TOKENS, length / BLOCK_TOKENS + 1)) {
        Tensor embeddings = model.vision().orElseThrow().encode(List.of(image), ops);
        assertImage(scene, ops.download(embeddings.rows(0, 1)));
        answer(scene, model, embeddings, cache, ops);
      }
    }
  }

  private static ProcessedImage process(Scene scene, ModelBlueprint blueprint) {
    ImageProcessor processor =
        blueprint
            .imageProcessor(new OneTokenTokenizer(scene.imageToken(), scene.imageTokenId()))
            .orElseThrow();
    ImagePart part =
        new ImagePart(
            new ImageSource.Pixels(scene.image()), ImagePart.Detail.AUTO, scene.maxTiles());
    return processor.process(scene.image(), part);
  }

  private void answer(Scene scene, BuiltModel model, Tensor embeddings, KvCache cache, Ops ops) {
    int[] prompt = scene.promptIds();
    int first =
        IntStream.range(0, prompt.length)
            .filter(i -> prompt[i] == scene.imageTokenId())
            .findFirst()
            .orElseThrow();
    var image = new StepBatch.Embeddings(first, embeddings, 0, scene.imageTokens());
    float[] logits = step(model, cache, ops, prompt.length, 0, prompt, List.of(image));
    assertLogits(scene, logits);
    int[] answer = new int[scene.answerIds().length];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = largest(logits);
      logits =
          step(
              model,
              cache,
              ops,
              prompt.length,
              prompt.length + i,
              new int[] {answer[i]},
              List.of());
    }
    assertArrayEquals(scene.answerIds(), answer, "the answer");
    assertEquals(scene.eosId(), largest(logits), "the end of the answer");
  }

  /** The logits of the last of the new tokens. */
  private static float[] step(
      BuiltModel model,
      KvCache cache,
      Ops ops,
      int promptLength,
      int position,
      int[] tokens,
      List<StepBatch.Embeddings> images) {
    int[] positions = IntStream.range(position, position + tokens.length).toArray();
    int[] blocks = IntStream.range(0, cache.blocks()).toArray();
    var sequence =
        new StepBatch.Sequence(tokens.length, position + tokens.length, promptLength, blocks);
    StepBatch step =
        new StepBatch(tokens, positions, List.of(sequence), images, new int[] {tokens.length - 1});
    try (Frame _ = ops.frame()) {
      return ops.download(model.language().forward(step, cache, ops));
    }
  }

  private void assertImage(Scene scene, float[] token) {
    float[] expected = scene.firstImageToken();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) expected[i] - token[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(error / norm);
    assertTrue(
        relative < imageTolerance(), "relative error of the image's first token: " + relative);
  }

  private void assertLogits(Scene scene, float[] logits) {
    float[] expected = scene.logits();
    float range = expected[0] - expected[expected.length - 1];
    for (int i = 0; i < expected.length; i++) {
      float difference = Math.abs(expected[i] - logits[scene.logitIds()[i]]);
      assertTrue(
          difference <= logitTolerance() * range,
          "logit " + scene.logitIds()[i] + " differs by " + difference + " of " + range);
    }
  }

  private static int largest(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce(0, (best, i) -> logits[i] > logits[best] ? i : best);
  }
}
