package org.lmdeploy.turbomind.host.kernel;

import java.util.List;

/**
 * Softmax attention {@code out = softmax(scale * q K^T) V} in fp32, with grouped key/value heads.
 *
 * <p>The result of one query row is bit-identical however a prompt is cut into chunks, whatever
 * else is in the batch and whatever the number of workers; see {@link AttentionTile}.
 */
public final class Attention {

  /** KV block of dense attention: one L1-sized pair of K and V for a head of 64. */
  private static final int DENSE_BLOCK = 64;

  private final Workspace workspace;
  private final AttentionTile[] tiles;

  /**
   * One sequence of a ragged batch; its new tokens are the last ones of its context.
   *
   * @param queryStart row of its first query
   * @param queryLength number of queries
   * @param contextLength tokens in the cache including the new ones
   * @param blocks block table covering the context
   */
  public record Sequence(int queryStart, int queryLength, int contextLength, int[] blocks) {}

  public Attention(Workspace workspace) {
    this.workspace = workspace;
    this.tiles = new AttentionTile[workspace.workers().size()];
  }

  /**
   * Causal attention over a paged cache that already holds the new tokens.
   *
   * @param q queries {@code [tokens, heads, headDim]}
   * @param sequences the batch
   * @param pool cache of this layer
   * @param heads query heads, a multiple of the kv heads
   * @param scale factor of the logits
   * @param window number of last tokens a query sees, itself included; 0 for all
   * @param out result, shaped like {@code q}
   */
  public void causal(
      FloatRows q,
      List<Sequence> sequences,
      KvPool pool,
      int heads,
      float scale,
      int window,
      FloatRows out) {
    int group = heads / pool.layout().kvHeads();
    int[] firstTask = new int[sequences.size() + 1];
    int queries = queriesPerTile(group);
    for (int i = 0; i < sequences.size(); i++) {
      firstTask[i + 1] =
          firstTask[i]
              + (sequences.get(i).queryLength() + queries - 1) / queries * pool.layout().kvHeads();
    }
    int tasks = firstTask[sequences.size()];
    workspace
        .workers()
        .parallelFor(
            tasks,
            (index, worker) -> {
              // Late queries see the longest context; starting with them evens out the end of the
              // dispatch.
              int task = tasks - 1 - index;
              int i = find(firstTask, task);
              Sequence s = sequences.get(i);
              int part = task - firstTask[i];
              int kvHead = part % pool.layout().kvHeads();
              int first = part / pool.layout().kvHeads() * queries;
              Span span = new Span(s.contextLength() - s.queryLength() + 1, 1, window);
              tile(
                  q,
                  s.queryStart(),
                  first,
                  Math.min(queries, s.queryLength() - first),
                  group,
                  kvHead,
                  scale,
                  span,
                  pool,
                  s.blocks(),
                  out,
                  worker);
            });
  }

  /**
   * Bidirectional attention within each of several packed images.
   *
   * @param q queries {@code [tokens, heads, headDim]}
   * @param k keys {@code [tokens, kvHeads, headDim]}
   * @param v values, shaped like {@code k}
   * @param starts token offsets of the images, then the number of tokens
   * @param heads query heads, a multiple of {@code kvHeads}
   * @param kvHeads key/value heads
   * @param headDim elements of one head
   * @param scale factor of the logits
   * @param out result, shaped like {@code q}
   */
  public void dense(
      FloatRows q,
      FloatRows k,
      FloatRows v,
      int[] starts,
      int heads,
      int kvHeads,
      int headDim,
      float scale,
      FloatRows out) {
    KvLayout layout = new KvLayout(kvHeads, headDim, DENSE_BLOCK);
    int images = starts.length - 1;
    int group = heads / kvHeads;
    int queries = queriesPerTile(group);
    int[] firstBlock = new int[images + 1];
    int[] firstTask = new int[images + 1];
    for (int i = 0; i < images; i++) {
      int tokens = starts[i + 1] - starts[i];
      firstBlock[i + 1] = firstBlock[i] + layout.blocks(tokens);
      firstTask[i + 1] = firstTask[i] + (tokens + queries - 1) / queries * kvHeads;
    }
    int blocks = firstBlock[images];
    KvPool pool =
        new KvPool(workspace.shared(blocks * layout.blockBytes()), 0, layout.blockBytes(), layout);
    workspace
        .workers()
        .parallelFor(
            blocks,
            (block, worker) -> {
              int i = find(firstBlock, block);
              int from = starts[i] + (block - firstBlock[i]) * DENSE_BLOCK;
              int to = Math.min(starts[i + 1], from + DENSE_BLOCK);
              for (int t = from; t < to; t++) {
                pool.store(block, t - from, k.segment(), k.row(t), v.segment(), v.row(t));
              }
            });
    workspace
        .workers()
        .parallelFor(
            firstTask[images],
            (task, worker) -> {
              int i = find(firstTask, task);
              int tokens = starts[i + 1] - starts[i];
              // All query tiles of one head are adjacent, so its keys and values stay in cache.
              int perHead = (firstTask[i + 1] - firstTask[i]) / kvHeads;
              int part = task - firstTask[i];
              int first = part % perHead * queries;
              int[] table = new int[firstBlock[i + 1] - firstBlock[i]];
              for (int b = 0; b < table.length; b++) {
                table[b] = firstBlock[i] + b;
              }
              tile(
                  q,
                  starts[i],
                  first,
                  Math.min(queries, tokens - first),
                  group,
                  part / perHead,
                  scale,
                  new Span(tokens, 0, 0),
                  pool,
                  table,
                  out,
                  worker);
            });
  }

  /**
   * Tokens visible to each query.
   *
   * @param first end of those of query 0
   * @param step how much further each next query sees
   * @param window at most this many, or 0 for all
   */
  private record Span(int first, int step, int window) {
    int to(int query) {
      return first + query * step;
    }

    int from(int query) {
      return window > 0 ? Math.max(0, to(query) - window) : 0;
    }
  }

  private static int queriesPerTile(int group) {
    return Math.max(1, AttentionTile.ROWS / group);
  }

  private static int find(int[] first, int task) {
    int i = 0;
    while (task >= first[i + 1]) {
      i++;
    }
    return i;
  }

  private void tile(
      FloatRows q,
      int start,
      int first,
      int queries,
      int group,
      int kvHead,
      float scale,
      Span span,
      KvPool pool,
      int[] blocks,
      FloatRows out,
      int worker) {
    AttentionTile tile = tiles[worker];
    if (tile == null || !tile.layout().equals(pool.layout())) {
      tile = new AttentionTile(pool.layout());
      tiles[worker] = tile;
    }
    int dim = pool.layout().headDim();
    float factor = scale * VectorMath.LOG2_E;
    int total = queries * group;
    for (int from = 0; from < total; from += AttentionTile.ROWS) {
      int to = Math.min(total, from + AttentionTile.ROWS);
      tile.clear();
      for (int r = from; r < to; r++) {
        int head = kvHead * group + r % group;
        tile.add(
            q.segment(),
            q.row(start + first + r / group) + 4L * head * dim,
            factor,
            span.from(first + r / group),
            span.to(first + r / group));
      }
      tile.run(pool, blocks, kvHead);
      for (int r = from; r < to; r++) {
        int head = kvHead * group + r % group;
        tile.store(r - from, out.segment(), out.row(start + first + r / group) + 4L * head * dim);
      }
    }
  }
}
