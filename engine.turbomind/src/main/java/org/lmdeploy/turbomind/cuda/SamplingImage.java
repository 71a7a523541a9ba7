package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.lmdeploy.api.ops.SamplingRow;

/**
 * How the parameters of drawing lie in memory, as {@code sampling.cuh} has it: a head, a record for
 * each row, then a pool of the rows' lists.
 *
 * @param maxRows most rows
 * @param poolWords most ids and biases of all rows together
 */
record SamplingImage(int maxRows, long poolWords) {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfLong BITS = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final long HEAD_BYTES = 16;
  private static final long ROW_BYTES = 96;
  private static final int NO_TOKEN = -1;

  long pool() {
    return HEAD_BYTES + ROW_BYTES * maxRows;
  }

  long bytes() {
    return pool() + 4 * poolWords;
  }

  boolean fits(List<SamplingRow> rows) {
    return rows.size() <= maxRows && poolWords(rows) <= poolWords;
  }

  /** Words of the pool that rows need. */
  static long poolWords(List<SamplingRow> rows) {
    long words = 0;
    for (int i = 0; i < rows.size(); i++) {
      SamplingRow row = rows.get(i);
      words += row.banned().length + 2L * row.biasIds().length + 2L * row.permitted().length;
      words += usesSeen(row) ? row.seen().length : 0;
      words += usesGenerated(row) ? row.generated().length : 0;
    }
    return words;
  }

  private static boolean usesSeen(SamplingRow row) {
    return row.repetitionPenalty() != 1;
  }

  private static boolean usesGenerated(SamplingRow row) {
    return row.presencePenalty() != 0 || row.frequencyPenalty() != 0;
  }

  /**
   * Writes a step's parameters.
   *
   * @param tokenRows for each row, the row of its own input token in the step; empty for none
   * @param topStride places for likeliest ids in a row of results
   * @return how many bytes from the beginning on matter
   */
  long write(List<SamplingRow> rows, int[] tokenRows, int topStride, MemorySegment to) {
    to.set(INT, 0, rows.size());
    to.set(INT, 4, topStride);
    long used = 0;
    for (int i = 0; i < rows.size(); i++) {
      int tokenRow = tokenRows.length == 0 ? NO_TOKEN : tokenRows[i];
      used = write(rows.get(i), tokenRow, HEAD_BYTES + ROW_BYTES * i, used, to);
    }
    return used == 0 ? HEAD_BYTES + ROW_BYTES * rows.size() : pool() + 4 * used;
  }

  private long write(SamplingRow row, int tokenRow, long at, long poolUsed, MemorySegment to) {
    to.set(LONG, at, row.seed());
    to.set(INT, at + 8, row.position());
    to.set(INT, at + 12, row.topK());
    to.set(FLOAT, at + 16, row.temperature());
    to.set(FLOAT, at + 20, row.topP());
    to.set(FLOAT, at + 24, row.minP());
    to.set(FLOAT, at + 28, row.repetitionPenalty());
    to.set(FLOAT, at + 32, row.presencePenalty());
    to.set(FLOAT, at + 36, row.frequencyPenalty());
    to.set(INT, at + 40, row.logprobs());
    to.set(INT, at + 44, tokenRow);
    long used = list(row.seen(), usesSeen(row), at + 48, poolUsed, to);
    used = list(row.generated(), usesGenerated(row), at + 56, used, to);
    used = list(row.biasIds(), true, at + 64, used, to);
    MemorySegment.copy(row.biases(), 0, to, FLOAT, pool() + 4 * used, row.biases().length);
    used += row.biases().length;
    used = list(row.banned(), true, at + 72, used, to);
    long[] permitted = row.permitted();
    to.set(INT, at + 80, Math.toIntExact(used));
    to.set(INT, at + 84, 2 * permitted.length);
    MemorySegment.copy(permitted, 0, to, BITS, pool() + 4 * used, permitted.length);
    to.set(INT, at + 88, row.forced());
    return used + 2L * permitted.length;
  }

  private long list(int[] ids, boolean isUsed, long field, long poolUsed, MemorySegment to) {
    int count = isUsed ? ids.length : 0;
    to.set(INT, field, Math.toIntExact(poolUsed));
    to.set(INT, field + 4, count);
    MemorySegment.copy(ids, 0, to, INT, pool() + 4 * poolUsed, count);
    return poolUsed + count;
  }
}
