package org.lmdeploy.turbomind.host.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest {

  private static final Workers WORKERS = new Workers(3);
  private static final int LONGEST = 150;

  private final Random random = new Random(11);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  @ParameterizedTest
  @CsvSource({
    "64,8,2,64,0",
    "64,4,4,16,0",
    "80,6,1,32,0",
    "96,2,2,64,20",
    "128,40,1,64,7",
    "24,3,3,16,1",
    "7,4,2,16,0"
  })
  void causalMatchesReferenceHoweverChunked(
      int dim, int heads, int kvHeads, int blockTokens, int window) {
    int tokens = LONGEST;
    MemorySegment q = TestData.floats(random, (long) tokens * heads * dim, 0);
    MemorySegment k = TestData.floats(random, (long) tokens * kvHeads * dim, 0);
    MemorySegment v = TestData.floats(random, (long) tokens * kvHeads * dim, 0);
    KvLayout layout = new KvLayout(kvHeads, dim, blockTokens);
    int blocks = layout.blocks(tokens);
    MemorySegment memory = Arena.ofAuto().allocate(layout.blockBytes() * blocks);
    KvPool pool = new KvPool(memory, 0, layout.blockBytes(), layout);
    int[] table = new int[blocks];
    for (int b = 0; b < blocks; b++) {
      table[b] = (b + 1) % blocks;
    }
    for (int t = 0; t < tokens; t++) {
      long o = 4L * t * kvHeads * dim;
      pool.store(table[t / blockTokens], t % blockTokens, k, o, v, o);
    }
    Attention attention = new Attention(new Workspace(WORKERS));
    float scale = (float) (1 / Math.sqrt(dim));
    FloatRows queries = new FloatRows(q, 0, (long) heads * dim);
    MemorySegment whole = Arena.ofAuto().allocate(q.byteSize());
    FloatRows out = new FloatRows(whole, 0, (long) heads * dim);
    attention.causal(
        queries,
        List.of(new Attention.Sequence(0, tokens, tokens, table)),
        pool,
        heads,
        scale,
        window,
        out);
    for (int t = 0; t < tokens; t += 7) {
      int from = window > 0 ? Math.max(0, t + 1 - window) : 0;
      checkRow(q, k, v, whole, t, from, t + 1, heads, kvHeads, dim, scale);
    }
    for (int chunk : new int[] {1, 3, 64}) {
      MemorySegment parts = Arena.ofAuto().allocate(q.byteSize());
      List<Attention.Sequence> batch = new ArrayList<>();
      for (int t = 0; t < tokens; t += chunk) {
        int n = Math.min(chunk, tokens - t);
        batch.add(new Attention.Sequence(t, n, t + n, table));
      }
      attention.causal(
          queries, batch, pool, heads, scale, window, new FloatRows(parts, 0, (long) heads * dim));
      assertEquals(-1, whole.mismatch(parts), "chunks of " + chunk);
    }
  }

  @ParameterizedTest
  @CsvSource({"64,4,4", "72,6,2", "33,2,1"})
  void denseMatchesReferencePerImage(int dim, int heads, int kvHeads) {
    int[] starts = {0, 1, 66, 150};
    int width = (heads + 2 * kvHeads) * dim;
    MemorySegment qkv = TestData.floats(random, 150L * width, 0);
    FloatRows q = new FloatRows(qkv, 0, width);
    FloatRows k = new FloatRows(qkv, 4L * heads * dim, width);
    FloatRows v = new FloatRows(qkv, 4L * (heads + kvHeads) * dim, width);
    MemorySegment out = Arena.ofAuto().allocate(4L * 150 * heads * dim);
    Attention attention = new Attention(new Workspace(WORKERS));
    float scale = (float) (1 / Math.sqrt(dim));
    attention.dense(
        q, k, v, starts, heads, kvHeads, dim, scale, new FloatRows(out, 0, (long) heads * dim));
    MemorySegment qc = compact(q, heads * dim);
    MemorySegment kc = compact(k, kvHeads * dim);
    MemorySegment vc = compact(v, kvHeads * dim);
    for (int i = 0; i < 3; i++) {
      for (int t = starts[i]; t < starts[i + 1]; t += 5) {
        checkRow(qc, kc, vc, out, t, starts[i], starts[i + 1], heads, kvHeads, dim, scale);
      }
    }
  }

  private static MemorySegment compact(FloatRows rows, int n) {
    MemorySegment s = Arena.ofAuto().allocate(4L * 150 * n);
    for (int t = 0; t < 150; t++) {
      MemorySegment.copy(rows.segment(), rows.row(t), s, 4L * t * n, 4L * n);
    }
    return s;
  }

  private static void checkRow(
      MemorySegment q,
      MemorySegment k,
      MemorySegment v,
      MemorySegment out,
      int token,
      int from,
      int to,
      int heads,
      int kvHeads,
      int dim,
      float scale) {
    for (int h = 0; h < heads; h++) {
      int kv = h / (heads / kvHeads);
      double[] s = new double[to - from];
      double max = Double.NEGATIVE_INFINITY;
      for (int t = from; t < to; t++) {
        double dot = 0;
        for (int d = 0; d < dim; d++) {
          dot +=
              (double) TestData.get(q, 0, ((long) token * heads + h) * dim + d)
                  * TestData.get(k, 0, ((long) t * kvHeads + kv) * dim + d);
        }
        s[t - from] = dot * scale;
        max = Math.max(max, s[t - from]);
      }
      double sum = 0;
      for (int t = 0; t < s.length; t++) {
        s[t] = Math.exp(s[t] - max);
        sum += s[t];
      }
      for (int d = 0; d < dim; d++) {
        double expected = 0;
        for (int t = from; t < to; t++) {
          expected += s[t - from] / sum * TestData.get(v, 0, ((long) t * kvHeads + kv) * dim + d);
        }
        assertEquals(expected, TestData.get(out, 0, ((long) token * heads + h) * dim + d), 3e-6);
      }
    }
  }
}
