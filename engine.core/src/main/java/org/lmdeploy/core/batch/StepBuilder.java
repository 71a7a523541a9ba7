package org.lmdeploy.core.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.core.image.ImageStore;

/** Puts the new tokens of several sequences one after the other. */
final class StepBuilder {
  private final ImageStore images;
  private final IntStream.Builder tokens = IntStream.builder();
  private final IntStream.Builder positions = IntStream.builder();
  private final List<StepBatch.Sequence> sequences = new ArrayList<>();
  private final List<StepBatch.Embeddings> embeddings = new ArrayList<>();
  private final List<Integer> logitRows = new ArrayList<>();
  private final List<StepPlan.Part> parts = new ArrayList<>();
  private final List<SamplingRow> samplingRows = new ArrayList<>();
  private int rows;

  StepBuilder(ImageStore images) {
    this.images = images;
  }

  /** Adds the next {@code count} tokens of a sequence. */
  void add(Sequence sequence, int count) {
    int from = sequence.computed();
    int to = from + count;
    boolean samples = to == sequence.length();
    for (int position = from; position < to; position++) {
      tokens.add(sequence.token(position));
      positions.add(position);
    }
    embeddings.addAll(sequence.images().embeddings(from, to, rows, images));
    sequences.add(
        new StepBatch.Sequence(count, to, sequence.promptLength(), sequence.table().toArray()));
    rows += count;
    if (samples) {
      logitRows.add(rows - 1);
      samplingRows.add(sequence.rules().row(sequence));
    }
    parts.add(new StepPlan.Part(sequence, count, samples));
  }

  StepPlan build() {
    if (logitRows.isEmpty() && rows > 0) {
      // Nobody looks at this row; it spares the operators matrices without rows.
      logitRows.add(rows - 1);
    }
    int[] ids = tokens.build().toArray();
    for (StepBatch.Embeddings image : embeddings) {
      // The placeholder need not be in the vocabulary that the model was built with.
      Arrays.fill(ids, image.row(), image.row() + image.count(), 0);
    }
    StepBatch batch =
        new StepBatch(
            ids,
            positions.build().toArray(),
            sequences,
            embeddings,
            logitRows.stream().mapToInt(Integer::intValue).toArray());
    return new StepPlan(parts, batch, samplingRows);
  }
}
