package org.lmdeploy.model.qwen2vl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;

/** One sequence with images, step by step, with positions on the axes by the published rule. */
final class ModelRun implements AutoCloseable {
  private static final int BLOCK_TOKENS = 16;
  private static final int BLOCKS = 12;

  private final LanguageModel model;
  private final Device device;
  private final KvCache cache;
  private final List<ImageSpan> spans;
  private final Tensor embeddings;
  private final int promptLength;
  private final int[][] axes = new int[StepBatch.AXES][BLOCK_TOKENS * BLOCKS];
  private int length;

  /**
   * @param embeddings of all images, one after the other
   */
  ModelRun(
      LanguageModel model,
      KvLayout layout,
      Device device,
      List<ImageSpan> spans,
      Tensor embeddings,
      int promptLength) {
    this.model = model;
    this.device = device;
    this.spans = spans;
    this.embeddings = embeddings;
    this.promptLength = promptLength;
    cache = device.kvCache(layout, BLOCK_TOKENS, BLOCKS);
    placeAll();
  }

  private void placeAll() {
    int at = 0;
    int next = 0;
    for (ImageSpan span : spans) {
      for (; at < span.start(); at++, next++) {
        place(at, next, next, next);
      }
      ProcessedImage.Grid grid = span.image().grid().orElseThrow();
      for (int y = 0; y < grid.rows(); y++) {
        for (int x = 0; x < grid.columns(); x++) {
          place(at++, next, next + y, next + x);
        }
      }
      next += Math.max(grid.rows(), grid.columns());
    }
    for (; at < axes[0].length; at++, next++) {
      place(at, next, next, next);
    }
  }

  private void place(int at, int time, int height, int width) {
    axes[0][at] = time;
    axes[1][at] = height;
    axes[2][at] = width;
  }

  /** The logits of all these tokens. */
  List<float[]> step(int... tokens) {
    int from = length;
    length += tokens.length;
    int[] rows = IntStream.range(0, tokens.length).toArray();
    var sequence =
        new StepBatch.Sequence(
            tokens.length, length, promptLength, IntStream.range(0, BLOCKS).toArray());
    StepBatch step =
        new StepBatch(
            tokens,
            IntStream.range(from, length).toArray(),
            Arrays.stream(axes).map(a -> Arrays.copyOfRange(a, from, length)).toArray(int[][]::new),
            List.of(sequence),
            images(from),
            rows);
    try (Frame _ = device.ops().frame()) {
      float[] logits = device.ops().download(model.forward(step, cache, device.ops()));
      int columns = logits.length / tokens.length;
      return Arrays.stream(rows)
          .mapToObj(row -> Arrays.copyOfRange(logits, row * columns, (row + 1) * columns))
          .toList();
    }
  }

  private List<StepBatch.Embeddings> images(int from) {
    List<StepBatch.Embeddings> images = new ArrayList<>();
    int source = 0;
    for (ImageSpan span : spans) {
      int first = Math.max(from, span.start());
      int count = Math.min(length, span.start() + span.image().tokens()) - first;
      if (count > 0) {
        images.add(
            new StepBatch.Embeddings(
                first - from, embeddings, source + first - span.start(), count));
      }
      source += span.image().tokens();
    }
    return images;
  }

  /** The logits of a prompt that comes in chunks of at most so many tokens. */
  List<float[]> prefill(int[] prompt, int chunk) {
    List<float[]> logits = new ArrayList<>();
    for (int from = 0; from < prompt.length; from += chunk) {
      logits.addAll(step(Arrays.copyOfRange(prompt, from, Math.min(prompt.length, from + chunk))));
    }
    return logits;
  }

  @Override
  public void close() {
    cache.close();
  }
}
