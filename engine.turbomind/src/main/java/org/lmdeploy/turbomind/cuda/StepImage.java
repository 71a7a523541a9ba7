package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.lmdeploy.api.ops.StepBatch;

/**
 * How the numbers of a step lie in one piece of memory: int32 arrays at places that depend on the
 * greatest sizes alone, the block tables last.
 *
 * @param maxTokens most new tokens, and rows of wanted logits
 * @param maxSequences most sequences
 * @param tableStride most blocks of a sequence
 */
record StepImage(int maxTokens, int maxSequences, int tableStride) {
  /** Sliding windows for which decode attention can be cut, "none" among them. */
  static final int MAX_WINDOWS = 4;

  /** Tokens by which decode attention is cut, and where the first tile begins: attention.cuh. */
  private static final int DECODE_TILE = 16;

  private static final int DECODE_ALIGNMENT = 64;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** The sizes that a step needs. */
  static StepImage sizeOf(StepBatch step) {
    int stride = 1;
    for (StepBatch.Sequence sequence : step.sequences()) {
      stride = Math.max(stride, sequence.blockTable().length);
    }
    return new StepImage(
        Math.max(step.tokens().length, step.logitRows().length), step.sequences().size(), stride);
  }

  boolean covers(StepImage other) {
    return maxTokens >= other.maxTokens
        && maxSequences >= other.maxSequences
        && tableStride >= other.tableStride;
  }

  /** Sizes that cover both. */
  StepImage or(StepImage other) {
    return new StepImage(
        Math.max(maxTokens, other.maxTokens),
        Math.max(maxSequences, other.maxSequences),
        Math.max(tableStride, other.tableStride));
  }

  long tokens() {
    return 0;
  }

  long positions() {
    return 4L * maxTokens;
  }

  long tokenSequence() {
    return 8L * maxTokens;
  }

  long logitRows() {
    return 12L * maxTokens;
  }

  /** Positions on the axes, {@link #maxTokens} apart. */
  long axes() {
    return 16L * maxTokens;
  }

  long context() {
    return axes() + 4L * StepBatch.AXES * maxTokens;
  }

  long firstToken() {
    return context() + 4L * maxSequences;
  }

  /** Tiles before each sequence, for one of the windows. */
  long tileStart(int window) {
    return firstToken() + 4L * (maxSequences + 1L) * (1 + window);
  }

  long blockTables() {
    return (tileStart(MAX_WINDOWS) + 15) / 16 * 16;
  }

  long bytes() {
    return blockTables() + 4L * maxSequences * tableStride;
  }

  /** Bytes up to the end of the last sequence's block table. */
  long usedBytes(StepBatch step) {
    return blockTables() + 4L * step.sequences().size() * tableStride;
  }

  /** How many sequences from the first on have exactly one new token. */
  static int decoding(StepBatch step) {
    int count = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      if (sequence.newTokens() != 1) {
        break;
      }
      count++;
    }
    return count;
  }

  /**
   * Writes a step.
   *
   * @param padded sequences of a recorded graph, at least the step's; those beyond it have one
   *     token and an empty context
   * @param windows the sliding windows of the model's decode attention
   */
  void write(StepBatch step, int padded, List<Integer> windows, MemorySegment to) {
    int tokens = step.tokens().length;
    copy(step.tokens(), to, tokens());
    copy(step.positions(), to, positions());
    copy(step.logitRows(), to, logitRows());
    for (int axis = 0; axis < StepBatch.AXES; axis++) {
      copy(step.axis(axis), to, axes() + 4L * axis * maxTokens);
    }
    int sequences = step.sequences().size();
    int row = 0;
    for (int s = 0; s < sequences; s++) {
      StepBatch.Sequence sequence = step.sequences().get(s);
      for (int i = 0; i < sequence.newTokens(); i++) {
        to.set(INT, tokenSequence() + 4L * (row + i), s);
      }
      to.set(INT, firstToken() + 4L * s, row);
      to.set(INT, context() + 4L * s, sequence.contextLength());
      row += sequence.newTokens();
      copy(sequence.blockTable(), to, blockTables() + 4L * s * tableStride);
    }
    for (int s = sequences; s < padded; s++, row++) {
      to.set(INT, tokens() + 4L * row, 0);
      to.set(INT, positions() + 4L * row, 0);
      for (int axis = 0; axis < StepBatch.AXES; axis++) {
        to.set(INT, axes() + 4L * (axis * maxTokens + row), 0);
      }
      to.set(INT, tokenSequence() + 4L * row, s);
      to.set(INT, firstToken() + 4L * s, row);
      to.set(INT, context() + 4L * s, 0);
    }
    to.set(INT, firstToken() + 4L * padded, tokens + padded - sequences);
    for (int w = 0; w < windows.size(); w++) {
      writeTiles(step, padded, windows.get(w), to, tileStart(w));
    }
  }

  private static void copy(int[] values, MemorySegment to, long offset) {
    MemorySegment.copy(values, 0, to, INT, offset, values.length);
  }

  /** The rule of DecodeParams in attention.cuh, for the sequences that decode. */
  private static void writeTiles(
      StepBatch step, int padded, int window, MemorySegment to, long offset) {
    int decoding = decoding(step);
    int sum = 0;
    to.set(INT, offset, 0);
    for (int s = 0; s < padded; s++) {
      if (s < decoding) {
        int context = step.sequences().get(s).contextLength();
        int first = window > 0 ? Math.max(0, context - window) : 0;
        first -= first % DECODE_ALIGNMENT;
        sum += (context - first - 1) / DECODE_TILE + 1;
      }
      to.set(INT, offset + 4L * (s + 1), sum);
    }
  }

  /**
   * The prompt chunks of a step in tiles of {@code rows} tokens: pairs of sequence and tile, those
   * that look at most keys first. Sequences that decode have none.
   */
  static int[] prefillTiles(StepBatch step, int rows) {
    TileOrder tiles = new TileOrder();
    for (int s = decoding(step); s < step.sequences().size(); s++) {
      StepBatch.Sequence sequence = step.sequences().get(s);
      int before = sequence.contextLength() - sequence.newTokens();
      for (int tile = 0; tile * rows < sequence.newTokens(); tile++) {
        tiles.add(before + Math.min(sequence.newTokens(), (tile + 1) * rows), s, tile);
      }
    }
    return tiles.pairs();
  }
}
