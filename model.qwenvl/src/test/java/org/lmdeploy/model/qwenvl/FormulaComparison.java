package org.lmdeploy.model.qwenvl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.qwenvl.vision.VisionConfig;
import org.lmdeploy.testkit.HashedValues;
import org.lmdeploy.testkit.HostTensors;

/**
 * Qwen-VL on a device against a second implementation of its formulas, whose results
 * make_reference.py wrote: embeddings of images, logits of conversations with several images and
 * turns, greedy answers; grids of patches below, at and above that of the positions; prompts and
 * answers beyond {@code seq_length}.
 */
abstract class FormulaComparison {
  private static final double TOLERANCE = 1e-4;
  private static final int BLOCK_TOKENS = 16;

  /** Opens the device to be tested. */
  protected abstract Device open();

  @TestFactory
  final Stream<DynamicTest> cases() {
    return Stream.of(
            "plain",
            "upsampled-positions",
            "more-queries-than-patches",
            "trained-grid",
            "long-prompt",
            "crossing",
            "ntk-only",
            "logn-only")
        .map(name -> DynamicTest.dynamicTest(name, () -> compare(ReferenceCase.load(name))));
  }

  private void compare(ReferenceCase one) {
    ConfigTree config = ConfigTree.of("config.json", one.config());
    QwenVlBlueprint blueprint =
        QwenVlBlueprint.of(
            new ModelFiles(
                Path.of("."), config, Optional.empty(), Optional.empty(), Optional.empty()));
    try (Device device = open();
        Frame _ = device.ops().frame()) {
      BuiltModel model = blueprint.build(new RandomWeights(), device);
      List<Integer> firstRows = firstRows(one.prompt(), blueprint.vision());
      List<ProcessedImage> images = images(firstRows.size(), blueprint.vision());
      Tensor embeddings = model.vision().orElseThrow().encode(images, device.ops());
      one.embeddings()
          .forEach(
              (row, expected) ->
                  assertClose(
                      expected, device.ops().download(embeddings.rows(row, 1)), "token " + row));
      for (int chunk : new int[] {one.prompt().length, 7}) {
        new Run(one, blueprint, model, embeddings, firstRows, device).answer(chunk);
      }
    }
  }

  /** Where runs of placeholders begin. */
  private static List<Integer> firstRows(int[] prompt, VisionConfig vision) {
    return IntStream.range(1, prompt.length)
        .filter(i -> prompt[i] == vision.placeholderId() && prompt[i - 1] != prompt[i])
        .boxed()
        .toList();
  }

  private static List<ProcessedImage> images(int count, VisionConfig vision) {
    int size = vision.imageSize();
    float[] values = HashedValues.of("pixels", count * 3 * size * size);
    HostTensor pixels = HostTensors.of(DType.F32, values, count, 3, size, size);
    return IntStream.range(0, count)
        .mapToObj(i -> pixels.rows(3L * size * i, 3L * size).reshape(1, 3, size, size))
        .map(image -> new ProcessedImage(image, vision.queries(), "key"))
        .toList();
  }

  /** One conversation, whose prompt comes in chunks. */
  private record Run(
      ReferenceCase one,
      QwenVlBlueprint blueprint,
      BuiltModel model,
      Tensor embeddings,
      List<Integer> firstRows,
      Device device) {
    void answer(int chunk) {
      int[] prompt = one.prompt();
      int blocks = (prompt.length + one.greedy().length) / BLOCK_TOKENS + 1;
      try (KvCache cache = device.kvCache(blueprint.kvLayout(), BLOCK_TOKENS, blocks)) {
        float[] logits = {};
        for (int from = 0; from < prompt.length; from += chunk) {
          int to = Math.min(prompt.length, from + chunk);
          float[] all = step(cache, Arrays.copyOfRange(prompt, from, to), from, images(from, to));
          int columns = all.length / (to - from);
          for (int row = from; row < to; row++) {
            int first = (row - from) * columns;
            logits = Arrays.copyOfRange(all, first, first + columns);
            if (one.logits().containsKey(row)) {
              assertClose(one.logits().get(row), logits, "logits of position " + row);
            }
          }
        }
        int[] greedy = new int[one.greedy().length];
        for (int i = 0; i < greedy.length; i++) {
          greedy[i] = largest(logits);
          logits = step(cache, new int[] {greedy[i]}, prompt.length + i, List.of());
        }
        assertArrayEquals(one.greedy(), greedy, "greedy ids, chunks of " + chunk);
        assertClose(one.logitsAfterGreedy(), logits, "logits after the greedy ids");
      }
    }

    /** What of the images lies in a chunk. */
    private List<StepBatch.Embeddings> images(int from, int to) {
      List<StepBatch.Embeddings> inside = new ArrayList<>();
      int queries = blueprint.vision().queries();
      for (int image = 0; image < firstRows.size(); image++) {
        int row = firstRows.get(image);
        int first = Math.max(from, row);
        int end = Math.min(to, row + queries);
        if (first < end) {
          int source = image * queries + first - row;
          inside.add(new StepBatch.Embeddings(first - from, embeddings, source, end - first));
        }
      }
      return inside;
    }

    private float[] step(
        KvCache cache, int[] tokens, int position, List<StepBatch.Embeddings> images) {
      int[] positions = IntStream.range(position, position + tokens.length).toArray();
      int[] blocks = IntStream.range(0, cache.blocks()).toArray();
      int[] rows = IntStream.range(0, tokens.length).toArray();
      var sequence =
          new StepBatch.Sequence(
              tokens.length, position + tokens.length, one.prompt().length, blocks);
      StepBatch step = new StepBatch(tokens, positions, List.of(sequence), images, rows);
      try (Frame _ = device.ops().frame()) {
        return device.ops().download(model.language().forward(step, cache, device.ops()));
      }
    }
  }

  private static int largest(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce(0, (best, i) -> logits[i] > logits[best] ? i : best);
  }

  private static void assertClose(float[] expected, float[] actual, String what) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(error / norm);
    assertTrue(relative < TOLERANCE, "relative error of " + what + ": " + relative);
  }
}
