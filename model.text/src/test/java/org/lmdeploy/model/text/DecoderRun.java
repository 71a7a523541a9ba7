package org.lmdeploy.model.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.StepBatch;

/** One sequence, step by step, as an engine would run it. */
final class DecoderRun implements AutoCloseable {
  private static final int BLOCK_TOKENS = 16;

  private final LanguageModel model;
  private final Device device;
  private final KvCache cache;
  private final int promptLength;
  private final int[] blocks;
  private int length;

  DecoderRun(LanguageModel model, KvLayout layout, Device device, int promptLength, int steps) {
    this.model = model;
    this.device = device;
    this.promptLength = promptLength;
    int count = (promptLength + steps) / BLOCK_TOKENS + 1;
    // backwards, so that nothing works by blocks being neighbours
    blocks = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
    cache = device.kvCache(layout, BLOCK_TOKENS, count);
  }

  /** The logits of all these tokens. */
  List<float[]> step(int... tokens) {
    int[] positions = IntStream.range(length, length + tokens.length).toArray();
    int[] rows = IntStream.range(0, tokens.length).toArray();
    length += tokens.length;
    var sequence = new StepBatch.Sequence(tokens.length, length, promptLength, blocks);
    StepBatch step = new StepBatch(tokens, positions, List.of(sequence), List.of(), rows);
    try (Frame _ = device.ops().frame()) {
      float[] logits = device.ops().download(model.forward(step, cache, device.ops()));
      int columns = logits.length / tokens.length;
      return Arrays.stream(rows)
          .mapToObj(row -> Arrays.copyOfRange(logits, row * columns, (row + 1) * columns))
          .toList();
    }
  }

  /** The logits of a prompt that comes in chunks of at most so many tokens. */
  List<float[]> prefill(int[] prompt, int chunk) {
    List<float[]> logits = new ArrayList<>();
    for (int from = 0; from < prompt.length; from += chunk) {
      int to = Math.min(prompt.length, from + chunk);
      logits.addAll(step(Arrays.copyOfRange(prompt, from, to)));
    }
    return logits;
  }

  @Override
  public void close() {
    cache.close();
  }
}
