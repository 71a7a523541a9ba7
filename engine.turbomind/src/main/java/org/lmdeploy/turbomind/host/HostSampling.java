package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.turbomind.host.kernel.Workers;
import org.lmdeploy.turbomind.host.sampling.Sampler;

/** Draws tokens for the rows of a step, the rows shared out among the workers. */
final class HostSampling {
  private final Workers workers;
  private final float[][] scratch;

  HostSampling(Workers workers) {
    this.workers = workers;
    this.scratch = new float[workers.size()][0];
  }

  List<SampledToken> sample(HostBuffer logits, List<SamplingRow> rows) {
    int vocabulary = logits.columns();
    Buffers.require(logits.rowCount() == rows.size(), rows.size() + " rows of logits", logits);
    SampledToken[] drawn = new SampledToken[rows.size()];
    workers.parallelFor(
        drawn.length,
        (row, worker) -> {
          if (scratch[worker].length != vocabulary) {
            scratch[worker] = new float[vocabulary];
          }
          float[] values = scratch[worker];
          MemorySegment.copy(
              logits.data(), Buffers.FLOAT, 4L * row * vocabulary, values, 0, vocabulary);
          drawn[row] = Sampler.sample(values, rows.get(row));
        });
    return Arrays.asList(drawn);
  }
}
