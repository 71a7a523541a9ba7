package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.GpuDevice;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.turbomind.cuda.CudaDeviceProvider;

/**
 * Steps that are started before the ones before them are finished, recorded graphs among them, draw
 * the same tokens as steps that are computed one by one.
 */
@Tag("gpu")
final class CudaStepsTest {
  private static final int BLOCK_TOKENS = 64;
  private static final int BLOCKS_EACH = 4;
  private static final int VOCABULARY = 500;
  private static final int STEPS = 90;

  private static TextBlueprint blueprint() {
    Map<String, Object> changes = new TreeMap<>();
    changes.put("hidden_size", 256);
    changes.put("intermediate_size", 512);
    changes.put("vocab_size", VOCABULARY);
    changes.put("rope_scaling", Map.of("type", "mrope", "mrope_section", List.of(12, 10, 10)));
    return TextModels.blueprint(Configs.llama(changes), "");
  }

  /** A sequence as a scheduler would keep it. */
  private static final class Sequence {
    final List<Integer> ids = new ArrayList<>();
    final int promptLength;
    final int number;

    Sequence(int number, int promptLength, Random random) {
      this.number = number;
      this.promptLength = promptLength;
      for (int i = 0; i < promptLength; i++) {
        ids.add(random.nextInt(VOCABULARY));
      }
    }

    StepBatch.Sequence part(int newTokens, int context) {
      int[] blocks = IntStream.range(0, BLOCKS_EACH).map(i -> i * 100 + number).toArray();
      return new StepBatch.Sequence(newTokens, context, promptLength, blocks);
    }

    /** Greedy, drawn, and with penalties in turn. */
    SamplingRow row(int position) {
      int[] all = ids.stream().mapToInt(Integer::intValue).toArray();
      int[] answer = Arrays.copyOfRange(all, promptLength, all.length);
      boolean draws = number % 3 == 1;
      boolean penalized = number % 3 == 2;
      return new SamplingRow(
          draws ? 1.5f : 1,
          draws ? 0.9f : 1,
          draws ? 0 : 1,
          0,
          penalized ? 1.3f : 1,
          penalized ? 0.4f : 0,
          penalized ? 0.2f : 0,
          penalized ? all : new int[0],
          penalized ? answer : new int[0],
          new int[0],
          new float[0],
          new int[] {7},
          number,
          position,
          number % 2 == 0 ? 3 : -1,
          number % 4 == 1 ? new long[] {~0L, 0x5555_5555_5555_5555L} : SamplingRow.ALL,
          SamplingRow.NONE);
    }
  }

  private static List<Sequence> sequences(int count) {
    Random random = new Random(3);
    return IntStream.range(0, count)
        .mapToObj(i -> new Sequence(i, 1 + random.nextInt(130), random))
        .toList();
  }

  private static StepBatch prefill(List<Sequence> sequences) {
    int[] tokens =
        sequences.stream().flatMap(s -> s.ids.stream()).mapToInt(Integer::intValue).toArray();
    int[] positions =
        sequences.stream().flatMapToInt(s -> IntStream.range(0, s.ids.size())).toArray();
    int[] rows = new int[sequences.size()];
    List<StepBatch.Sequence> parts = new ArrayList<>();
    int row = 0;
    for (Sequence sequence : sequences) {
      row += sequence.ids.size();
      rows[parts.size()] = row - 1;
      parts.add(sequence.part(sequence.ids.size(), sequence.ids.size()));
    }
    return new StepBatch(tokens, positions, axes(positions), parts, List.of(), rows);
  }

  /**
   * @param unknown how many tokens of each sequence are still to be drawn by the step before
   */
  private static StepBatch decode(List<Sequence> sequences, int unknown) {
    int count = sequences.size();
    int[] tokens = new int[count];
    int[] positions = new int[count];
    List<StepBatch.Sequence> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sequence sequence = sequences.get(i);
      int length = sequence.ids.size() + unknown;
      tokens[i] = unknown > 0 ? StepBatch.drawn(i) : sequence.ids.getLast();
      positions[i] = length - 1;
      parts.add(sequence.part(1, length));
    }
    return new StepBatch(
        tokens, positions, axes(positions), parts, List.of(), IntStream.range(0, count).toArray());
  }

  /** Other positions on each axis than in the sequence. */
  private static int[][] axes(int[] positions) {
    return new int[][] {
      Arrays.stream(positions).map(p -> p / 2).toArray(),
      Arrays.stream(positions).map(p -> p / 2 + p % 5).toArray(),
      Arrays.stream(positions).map(p -> 3 * p).toArray()
    };
  }

  private static List<SamplingRow> rows(List<Sequence> sequences, int unknown) {
    return sequences.stream().map(s -> s.row(s.ids.size() + unknown)).toList();
  }

  private static void append(List<Sequence> sequences, List<SampledToken> tokens) {
    assertEquals(sequences.size(), tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      sequences.get(i).ids.add(tokens.get(i).id());
      SampledToken token = tokens.get(i);
      assertTrue(token.id() != 7, "a banned id");
      if (sequences.get(i).number % 2 == 0) {
        assertEquals(3, token.topIds().length);
        assertTrue(token.topLogprobs()[0] <= 0 && token.logprob() <= token.topLogprobs()[0]);
      }
    }
  }

  private static List<List<Integer>> oneByOne(StepRunner runner, List<Sequence> sequences) {
    append(sequences, runner.start(prefill(sequences), rows(sequences, 0)).await());
    for (int step = 0; step < STEPS; step++) {
      append(sequences, runner.start(decode(sequences, 0), rows(sequences, 0)).await());
    }
    return sequences.stream().map(s -> s.ids).toList();
  }

  private static List<List<Integer>> ahead(StepRunner runner, List<Sequence> sequences) {
    StepRunner.Drawing before = runner.start(prefill(sequences), rows(sequences, 0));
    for (int step = 0; step < STEPS; step++) {
      StepRunner.Drawing next = runner.start(decode(sequences, 1), rows(sequences, 1));
      append(sequences, before.await());
      before = next;
    }
    append(sequences, before.await());
    return sequences.stream().map(s -> s.ids).toList();
  }

  @Test
  void stepsAheadDrawWhatStepsOneByOneDraw() {
    TextBlueprint blueprint = blueprint();
    CudaDeviceProvider provider = new CudaDeviceProvider();
    String id = GpuDevice.first(provider).id();
    try (Device device = provider.open(id, DType.BF16)) {
      LanguageModel model = blueprint.build(new HashedWeights(DType.BF16, name -> true), device);
      for (int count : new int[] {1, 5, 16, 33}) {
        try (KvCache cache =
            device.kvCache(blueprint.kvLayout(), BLOCK_TOKENS, 100 * BLOCKS_EACH)) {
          StepRunner.Limits limits =
              new StepRunner.Limits(40, 40 * 131, BLOCK_TOKENS * BLOCKS_EACH);
          // Opened first: it measures kernels, and all steps are to take the same ones.
          try (StepRunner runner = device.stepRunner(model::forward, cache, limits)) {
            List<List<Integer>> expected =
                oneByOne(StepRunner.direct(model::forward, cache, device.ops()), sequences(count));
            assertEquals(1, runner.ahead());
            assertEquals(expected, oneByOne(runner, sequences(count)), count + ", one by one");
            assertEquals(expected, ahead(runner, sequences(count)), count + ", ahead");
          }
        }
      }
    }
  }
}
