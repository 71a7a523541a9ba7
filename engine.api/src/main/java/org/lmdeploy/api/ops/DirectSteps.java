package org.lmdeploy.api.ops;

import java.util.List;
import org.lmdeploy.api.tensor.Tensor;

/** Computes each step when it is started, in the thread that starts it. */
record DirectSteps(Forward forward, KvCache cache, Ops ops) implements StepRunner {
  @Override
  public int ahead() {
    return 0;
  }

  @Override
  public Drawing start(StepBatch step, List<SamplingRow> rows) {
    try (Frame _ = ops.frame()) {
      Tensor logits = forward.forward(step, cache, ops);
      List<SampledToken> drawn = rows.isEmpty() ? List.of() : ops.sample(logits, rows);
      return () -> drawn;
    }
  }

  @Override
  public void close() {}
}
