package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.BYTES;
import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.FLOAT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Online-softmax attention of a tile of query rows over the KV blocks of one head; the scratch of
 * one worker.
 *
 * <p>A row sees the contiguous tokens {@code [low, high)}. Blocks are visited in absolute order and
 * each folds into the running maximum m, the lane sums l and the output o as one step: {@code m' =
 * max(m, max(s)); p = 2^(s - m'); l' = l * 2^(m - m') + p; o' = o * 2^(m - m') + p V}. Tokens a row
 * does not see contribute an exact zero, so a row does not depend on its neighbours in the tile.
 */
final class AttentionTile {

  /** Rows of a full tile: enough to reuse a KV block from L1, few enough to balance the workers. */
  static final int ROWS = 32;

  private final KvLayout layout;
  private final float[] queries;
  private final float[] probabilities;
  private final float[] reference = new float[ROWS];

  /** Longer than the rows, since its last rows are read as a whole vector. */
  private final float[] rescale = new float[ROWS + COUNT];

  private final float[] maximum = new float[ROWS];
  private final int[] low = new int[ROWS];
  private final int[] high = new int[ROWS];
  private final MemorySegment memory;
  private final long scores;
  private final long sums;
  private final long output;
  private int rows;

  AttentionTile(KvLayout layout) {
    this.layout = layout;
    queries = new float[ROWS * layout.headDim()];
    probabilities = new float[ROWS * layout.blockTokens()];
    scores = 0;
    sums = 4L * ROWS * layout.blockTokens();
    output = sums + (long) ROWS * BYTES;
    memory = Arena.ofAuto().allocate(output + 4L * ROWS * layout.paddedDim(), 64);
  }

  KvLayout layout() {
    return layout;
  }

  void clear() {
    rows = 0;
  }

  /**
   * Adds a query row that sees tokens {@code [from, to)}; {@code factor} is the logit scale times
   * log2 e.
   */
  void add(MemorySegment q, long qo, float factor, int from, int to) {
    int dim = layout.headDim();
    for (int d = 0; d < dim; d++) {
      queries[rows * dim + d] = q.get(FLOAT, qo + 4L * d) * factor;
    }
    low[rows] = from;
    high[rows] = to;
    rows++;
  }

  /** Computes all rows of the tile over the given block table. */
  void run(KvPool pool, int[] blocks, int head) {
    int padded = (rows + OuterTile.ROWS - 1) / OuterTile.ROWS * OuterTile.ROWS;
    pad(padded);
    Arrays.fill(maximum, 0, padded, Float.NEGATIVE_INFINITY);
    memory.asSlice(sums, memory.byteSize() - sums).fill((byte) 0);
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (int r = 0; r < rows; r++) {
      from = Math.min(from, low[r]);
      to = Math.max(to, high[r]);
    }
    int size = layout.blockTokens();
    for (int b = from / size; b * size < to; b++) {
      block(pool, blocks[b], head, b * size, Math.min(size, to - b * size), padded);
    }
  }

  /** Writes a finished row of {@code headDim} elements. */
  void store(int row, MemorySegment out, long oo) {
    float sum = Lanes.sum(Lanes.load(memory, sums + (long) row * BYTES));
    long source = output + 4L * row * layout.paddedDim();
    for (int d = 0; d < layout.headDim(); d++) {
      // Adding +0 removes the sign of a zero, the one trace that masked tokens of a neighbour could
      // leave.
      out.set(FLOAT, oo + 4L * d, memory.get(FLOAT, source + 4L * d) / sum + 0f);
    }
  }

  private void pad(int padded) {
    for (int r = rows; r < padded; r++) {
      Arrays.fill(queries, r * layout.headDim(), (r + 1) * layout.headDim(), 0f);
      low[r] = 0;
      high[r] = 0;
    }
  }

  private void block(KvPool pool, int block, int head, int first, int tokens, int padded) {
    int size = layout.blockTokens();
    int dim = layout.headDim();
    int columns = (tokens + COUNT - 1) / COUNT * COUNT;
    long scoreRow = 4L * size;
    long outputRow = 4L * layout.paddedDim();
    long key = pool.keyOffset(block, head);
    long value = pool.valueOffset(block, head);
    for (int r = 0; r < padded; r += OuterTile.ROWS) {
      memory.asSlice(scores + r * scoreRow, OuterTile.ROWS * scoreRow).fill((byte) 0);
      OuterTile.run(
          queries,
          r * dim,
          dim,
          pool.segment(),
          key,
          scoreRow,
          dim,
          memory,
          scores + r * scoreRow,
          scoreRow,
          columns);
      for (int i = r; i < r + OuterTile.ROWS; i++) {
        if (low[i] > first || high[i] < first + columns) {
          mask(i, first, columns);
        }
      }
      raise(r, columns);
      for (int i = r; i < r + OuterTile.ROWS; i++) {
        exponentials(
            memory,
            scores + i * scoreRow,
            columns,
            reference[i],
            rescale[i],
            probabilities,
            i * size,
            sums + (long) i * BYTES);
        multiply(memory, output + i * outputRow, layout.paddedDim(), rescale[i]);
      }
      OuterTile.run(
          probabilities,
          r * size,
          size,
          pool.segment(),
          value,
          outputRow,
          tokens,
          memory,
          output + r * outputRow,
          outputRow,
          layout.paddedDim());
    }
  }

  /** Hides the tokens of a block that a row does not see. */
  private void mask(int row, int first, int columns) {
    long so = scores + 4L * row * layout.blockTokens();
    int from = Math.clamp(low[row] - first, 0, columns);
    int to = Math.clamp(high[row] - first, from, columns);
    for (int t = 0; t < from; t++) {
      memory.set(FLOAT, so + 4L * t, Float.NEGATIVE_INFINITY);
    }
    for (int t = to; t < columns; t++) {
      memory.set(FLOAT, so + 4L * t, Float.NEGATIVE_INFINITY);
    }
  }

  /**
   * Raises the running maxima of four rows and leaves in {@code rescale} the factors for what was
   * accumulated under the previous ones.
   */
  private void raise(int row, int columns) {
    for (int r = row; r < row + OuterTile.ROWS; r++) {
      float max =
          Math.max(maximum[r], largest(memory, scores + 4L * r * layout.blockTokens(), columns));
      // Nothing seen so far: any finite reference makes all exponentials zero without an undefined
      // difference.
      reference[r] = max == Float.NEGATIVE_INFINITY ? 0f : max;
      rescale[r] = maximum[r] - reference[r];
      maximum[r] = max;
    }
    VectorMath.exp2(FloatVector.fromArray(F, rescale, row)).intoArray(rescale, row);
  }

  private static float largest(MemorySegment s, long so, int columns) {
    FloatVector top = FloatVector.fromMemorySegment(F, s, so, ORDER);
    for (int t = COUNT; t < columns; t += COUNT) {
      FloatVector v = FloatVector.fromMemorySegment(F, s, so + 4L * t, ORDER);
      top = v.blend(top, v.compare(VectorOperators.LE, top));
    }
    return Lanes.max(top);
  }

  /** Turns a row of scores into unnormalised probabilities and adds them to its lane sums. */
  private static void exponentials(
      MemorySegment s,
      long so,
      int columns,
      float reference,
      float rescale,
      float[] out,
      int po,
      long sum) {
    FloatVector total = FloatVector.fromMemorySegment(F, s, sum, ORDER).mul(rescale);
    for (int t = 0; t < columns; t += COUNT) {
      FloatVector p =
          VectorMath.exp2(FloatVector.fromMemorySegment(F, s, so + 4L * t, ORDER).sub(reference));
      p.intoArray(out, po + t);
      total = p.add(total);
    }
    total.intoMemorySegment(s, sum, ORDER);
  }

  private static void multiply(MemorySegment s, long so, int columns, float factor) {
    for (int d = 0; d < columns; d += COUNT) {
      FloatVector.fromMemorySegment(F, s, so + 4L * d, ORDER)
          .mul(factor)
          .intoMemorySegment(s, so + 4L * d, ORDER);
    }
  }
}
