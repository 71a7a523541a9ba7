package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.turbomind.host.kernel.Attention;
import org.lmdeploy.turbomind.host.kernel.FloatRows;
import org.lmdeploy.turbomind.host.kernel.KvPool;
import org.lmdeploy.turbomind.host.kernel.Workspace;

/** Attention over fused rows [queries | keys | values]. */
final class HostAttention {
  private final Workspace workspace;
  private final Attention kernel;

  HostAttention(Workspace workspace) {
    this.workspace = workspace;
    this.kernel = new Attention(workspace);
  }

  /** Writes the keys and values of a step's tokens into their sequences' blocks. */
  void store(HostBuffer fused, AttentionShape shape, HostKvCache cache, int layer, StepBatch step) {
    KvPool pool = cache.pool(layer);
    int[] blocks = blocksOf(step, cache);
    long keys = 4L * shape.heads() * shape.headDim();
    long values = keys + 4L * shape.kvHeads() * shape.headDim();
    long rowBytes = 4L * shape.fusedColumns();
    MemorySegment data = fused.data();
    workspace
        .workers()
        .parallelFor(
            blocks.length,
            (token, worker) -> {
              int slot = step.positions()[token] % cache.blockTokens();
              long row = token * rowBytes;
              pool.store(blocks[token], slot, data, row + keys, data, row + values);
            });
  }

  /** For each token the block that its position lies in. */
  private static int[] blocksOf(StepBatch step, HostKvCache cache) {
    int[] blocks = new int[step.tokens().length];
    int token = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      int[] table = sequence.blockTable();
      for (int i = 0; i < sequence.newTokens(); i++, token++) {
        int block = table[step.positions()[token] / cache.blockTokens()];
        if (block < 0 || block >= cache.blocks()) {
          throw new IllegalArgumentException(
              "block " + block + " is not in a cache of " + cache.blocks());
        }
        cache.touch(block);
        blocks[token] = block;
      }
    }
    return blocks;
  }

  void paged(
      HostBuffer fused,
      AttentionShape shape,
      HostKvCache cache,
      int layer,
      StepBatch step,
      HostBuffer out) {
    List<Attention.Sequence> sequences = new ArrayList<>();
    int start = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      sequences.add(
          new Attention.Sequence(
              start, sequence.newTokens(), sequence.contextLength(), sequence.blockTable()));
      start += sequence.newTokens();
    }
    kernel.causal(
        Buffers.rows(fused),
        sequences,
        cache.pool(layer),
        shape.heads(),
        shape.scale(),
        shape.window(),
        Buffers.rows(out));
  }

  void dense(HostBuffer fused, AttentionShape shape, int[] lengths, HostBuffer out) {
    int[] starts = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
    }
    Buffers.require(
        starts[lengths.length] == fused.rowCount() && Arrays.stream(lengths).allMatch(n -> n >= 0),
        "groups of " + Arrays.toString(lengths) + " rows",
        fused);
    long keys = (long) shape.heads() * shape.headDim();
    long values = keys + (long) shape.kvHeads() * shape.headDim();
    FloatRows queryRows = Buffers.rows(fused);
    kernel.dense(
        queryRows,
        Buffers.columns(fused, keys),
        Buffers.columns(fused, values),
        starts,
        shape.heads(),
        shape.kvHeads(),
        shape.headDim(),
        shape.scale(),
        Buffers.rows(out));
  }
}
