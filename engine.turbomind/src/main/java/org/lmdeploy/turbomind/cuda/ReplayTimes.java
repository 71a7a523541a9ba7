package org.lmdeploy.turbomind.cuda;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.Gpu;

/**
 * How long recorded steps take on the device, for comparison with how long they take all in all.
 * Measured with {@code -Dlmdeploy.cuda.timing=true} and told in the log when the model is closed.
 */
final class ReplayTimes implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("org.lmdeploy.turbomind");

  private final Gpu gpu;
  private final boolean enabled = Boolean.getBoolean("lmdeploy.cuda.timing");
  private final Deque<Replay> open = new ArrayDeque<>();
  private final Map<Integer, double[]> sums = new TreeMap<>();

  private record Replay(int size, CudaEvent start, CudaEvent end) {}

  ReplayTimes(Gpu gpu) {
    this.gpu = gpu;
  }

  /** Does work that queues a replay for a batch of {@code size}, and notes how long it takes. */
  void measure(int size, CudaStream stream, Runnable work) {
    if (!enabled) {
      work.run();
      return;
    }
    collect(CudaSampler.SLOTS);
    Replay replay = new Replay(size, CudaEvent.timed(gpu), CudaEvent.timed(gpu));
    replay.start.record(stream);
    work.run();
    replay.end.record(stream);
    open.addLast(replay);
  }

  private void collect(int left) {
    while (open.size() > left) {
      Replay replay = open.removeFirst();
      replay.end.synchronize();
      double[] sum = sums.computeIfAbsent(replay.size, size -> new double[2]);
      sum[0]++;
      sum[1] += replay.end.millisSince(replay.start);
      replay.start.close();
      replay.end.close();
    }
  }

  @Override
  public void close() {
    collect(0);
    sums.forEach(
        (size, sum) ->
            LOG.log(
                Level.WARNING,
                "recorded steps of up to %d sequences: %.0f replays, %.3f ms each on the device"
                    .formatted(size, sum[0], sum[1] / sum[0])));
  }
}
