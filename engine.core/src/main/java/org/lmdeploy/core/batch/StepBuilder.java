package org.lmdeploy.core.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.core.image.ImageStore;

/** Puts the new tokens of several sequences one after the other. */
final class StepBuilder {
  private static final int[][] NO_AXES = {};

  private final ImageStore images;
  private final List<StepBatch.Sequence> sequences;
  private final List<StepBatch.Embeddings> embeddings = new ArrayList<>();
  private final List<StepPlan.Part> parts;
  private final List<SamplingRow> samplingRows;
  private int[] tokens;
  private int[] positions;
  private int[] logitRows;
  private int rows;
  private int logits;

  /**
   * An empty step.
   *
   * @param size the number of sequences to be expected
   */
  StepBuilder(ImageStore images, int size) {
    this.images = images;
    sequences = new ArrayList<>(size);
    parts = new ArrayList<>(size);
    samplingRows = new ArrayList<>(size);
    tokens = new int[size];
    positions = new int[size];
    logitRows = new int[Math.max(1, size)];
  }

  /** Adds the next {@code count} tokens of a sequence; the last one may be still to be drawn. */
  void add(Sequence sequence, int count) {
    int from = sequence.computed();
    int to = from + count;
    boolean samples = to == sequence.reach();
    reserve(count);
    for (int position = from; position < to; position++) {
      tokens[rows] = sequence.input(position);
      positions[rows++] = position;
    }
    if (!sequence.images().isEmpty()) {
      embeddings.addAll(sequence.images().embeddings(from, to, rows - count, images));
    }
    sequences.add(
        new StepBatch.Sequence(count, to, sequence.promptLength(), sequence.table().view()));
    int before = logits;
    for (int position = from; position < to; position++) {
      if (sequence.scoresAfter(position)) {
        addLogits(rows - to + position, sequence.promptRow(position + 1));
      }
    }
    int scores = logits - before;
    if (samples) {
      addLogits(rows - 1, sequence.rules().row(sequence));
    }
    parts.add(new StepPlan.Part(sequence, from, count, scores, samples));
  }

  private void addLogits(int row, SamplingRow sampling) {
    if (logits == logitRows.length) {
      logitRows = Arrays.copyOf(logitRows, 2 * logits);
    }
    logitRows[logits++] = row;
    samplingRows.add(sampling);
  }

  /** Rows of logits so far. */
  int logits() {
    return logits;
  }

  private void reserve(int count) {
    if (rows + count > tokens.length) {
      int larger = Math.max(rows + count, 2 * tokens.length);
      tokens = Arrays.copyOf(tokens, larger);
      positions = Arrays.copyOf(positions, larger);
    }
  }

  StepPlan build() {
    if (logits == 0 && rows > 0) {
      // Nobody looks at this row; it spares the operators matrices without rows.
      logitRows[logits++] = rows - 1;
    }
    for (StepBatch.Embeddings image : embeddings) {
      // The placeholder need not be in the vocabulary that the model was built with.
      Arrays.fill(tokens, image.row(), image.row() + image.count(), 0);
    }
    StepBatch batch =
        new StepBatch(
            exact(tokens, rows),
            exact(positions, rows),
            axes(),
            sequences,
            embeddings,
            exact(logitRows, logits));
    return new StepPlan(parts, batch, samplingRows);
  }

  /** The positions on the axes, if they are not those in the sequences. */
  private int[][] axes() {
    boolean onAxes = false;
    for (StepPlan.Part part : parts) {
      onAxes |= part.sequence().images().onAxes();
    }
    if (!onAxes) {
      return NO_AXES;
    }
    int[][] axes = new int[StepBatch.AXES][rows];
    int row = 0;
    for (StepPlan.Part part : parts) {
      part.sequence().images().writeAxes(part.from(), part.end(), axes, row);
      row += part.count();
    }
    return axes;
  }

  private static int[] exact(int[] values, int count) {
    return values.length == count ? values : Arrays.copyOf(values, count);
  }
}
