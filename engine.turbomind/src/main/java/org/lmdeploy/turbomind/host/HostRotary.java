package org.lmdeploy.turbomind.host;

import java.util.stream.IntStream;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.turbomind.host.kernel.FloatRows;
import org.lmdeploy.turbomind.host.kernel.Rotary;
import org.lmdeploy.turbomind.host.kernel.Workers;

/** Rotary position embedding: tables in double precision, rotation by the kernel. */
final class HostRotary {
  private final Workers workers;

  HostRotary(Workers workers) {
    this.workers = workers;
  }

  /** Fills rows of cosines, then sines. */
  void fill(RotarySpec spec, StepBatch step, HostBuffer table) {
    int[][] axes = IntStream.range(0, StepBatch.AXES).mapToObj(step::axis).toArray(int[][]::new);
    fill(spec, lengths(spec, step), axes, table);
  }

  /** The same for rows of no step, with a rule that does not look at the length. */
  void fill(RotarySpec spec, int[][] axes, HostBuffer table) {
    fill(spec, new int[table.rowCount()], axes, table);
  }

  private void fill(RotarySpec spec, int[] lengths, int[][] axes, HostBuffer table) {
    int pairs = spec.rotaryDim() / 2;
    int[][] positions =
        IntStream.range(0, pairs).mapToObj(pair -> axes[spec.axis(pair)]).toArray(int[][]::new);
    workers.parallelFor(
        table.rowCount(),
        (token, worker) -> {
          double[] frequencies = spec.inverseFrequencies(lengths[token]);
          float factor = spec.attentionFactor(lengths[token]);
          long row = 8L * pairs * token;
          for (int pair = 0; pair < pairs; pair++) {
            double angle = positions[pair][token] * frequencies[pair];
            table.data().set(Buffers.FLOAT, row + 4L * pair, (float) (Math.cos(angle) * factor));
            table
                .data()
                .set(Buffers.FLOAT, row + 4L * (pairs + pair), (float) (Math.sin(angle) * factor));
          }
        });
  }

  /** For each token the sequence length that counts. */
  private static int[] lengths(RotarySpec spec, StepBatch step) {
    int[] lengths = new int[step.tokens().length];
    int token = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      for (int i = 0; i < sequence.newTokens(); i++, token++) {
        lengths[token] = spec.lengthFor(sequence.promptLength(), step.positions()[token]);
      }
    }
    return lengths;
  }

  /** Rotates queries and keys, which lie next to each other in a fused row. */
  void rotate(
      HostBuffer fused, HostBuffer table, RotarySpec.Pairing pairing, AttentionShape shape) {
    int rotaryDim = table.columns();
    Buffers.require(
        table.rowCount() == fused.rowCount() && rotaryDim <= shape.headDim(),
        "a table of these rows",
        table,
        fused);
    Rotary kernel =
        switch (pairing) {
          case HALVES -> Rotary.HALF;
          case INTERLEAVED -> Rotary.INTERLEAVED;
        };
    FloatRows cosines = Buffers.rows(table);
    FloatRows sines = Buffers.columns(table, rotaryDim / 2);
    kernel.apply(
        workers,
        Buffers.rows(fused),
        fused.rowCount(),
        shape.heads() + shape.kvHeads(),
        shape.headDim(),
        rotaryDim,
        cosines,
        sines);
  }
}
