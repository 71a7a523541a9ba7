package org.lmdeploy.runtime.internal;

import java.util.function.Consumer;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/** Weights that say, tenth by tenth, how much of a checkpoint has been asked for. */
final class CountedWeights implements WeightSource {
  private static final int STEPS = 10;

  private final WeightSource weights;
  private final long total;
  private final Consumer<String> progress;
  private long bytes;
  private int told;

  /**
   * @param total bytes of the checkpoint
   * @param progress gets a line for every tenth
   */
  CountedWeights(WeightSource weights, long total, Consumer<String> progress) {
    this.weights = weights;
    this.total = total;
    this.progress = progress;
  }

  @Override
  public HostTensor tensor(String name, long... shape) {
    HostTensor tensor = weights.tensor(name, shape);
    count(tensor.data().byteSize());
    return tensor;
  }

  @Override
  public boolean contains(String name) {
    return weights.contains(name);
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    LinearRows rows = weights.linear(prefix, outFeatures, inFeatures);
    count(rows.bytes());
    return rows;
  }

  private void count(long more) {
    bytes += more;
    int done = (int) Math.min(STEPS, STEPS * bytes / Math.max(1, total));
    if (done > told) {
      told = done;
      progress.accept(
          "loading weights [%s%s] %d %% of %,d MB"
              .formatted(
                  "=".repeat(done),
                  " ".repeat(STEPS - done),
                  done * 100 / STEPS,
                  total / 1_000_000));
    }
  }
}
