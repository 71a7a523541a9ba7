package org.lmdeploy.bench;

import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.figure.ServingFigures;
import org.lmdeploy.bench.figure.Slo;
import org.lmdeploy.bench.load.Arrivals;
import org.lmdeploy.bench.load.EngineTarget;
import org.lmdeploy.bench.load.LoadDriver;
import org.lmdeploy.bench.load.Run;
import org.lmdeploy.bench.load.StatsWatch;
import org.lmdeploy.runtime.ServedModel;

/**
 * LMDeploy's {@code profile_throughput}: many requests against the engine of this process, so many
 * under way at once.
 *
 * @param concurrency requests under way at once
 * @param warmUp requests before the clock starts; short ones
 * @param sampling how answers are drawn
 * @param slo objectives for goodput
 */
public record ThroughputBenchmark(int concurrency, int warmUp, GenerationConfig sampling, Slo slo) {
  /** Enough to run every size of the batch, and no longer. */
  private static final int WARM_UP_TOKENS = 32;

  /**
   * What was found.
   *
   * @param figures what the run came to
   * @param counts what the engine counted meanwhile
   */
  public record Result(ServingFigures figures, StatsWatch.Counts counts) {}

  /**
   * Runs it.
   *
   * @param progress takes a line for each stage
   * @throws InvalidRequestException if a request does not fit the model's session
   */
  public Result run(ServedModel model, List<Request> requests, Consumer<String> progress)
      throws InterruptedException {
    checkLengths(model, requests);
    if (warmUp > 0) {
      progress.accept("warming up with " + warmUp + " requests");
      List<Request> shorter = WarmUp.of(requests, warmUp, WARM_UP_TOKENS);
      LoadDriver.run(
          shorter, new EngineTarget(model, sampling, shorter), Arrivals.closed(concurrency));
    }
    progress.accept("running " + requests.size() + " requests");
    try (StatsWatch watch = new StatsWatch(model)) {
      Run run =
          LoadDriver.run(
              requests, new EngineTarget(model, sampling, requests), Arrivals.closed(concurrency));
      return new Result(ServingFigures.of(run, slo, concurrency), watch.counts());
    }
  }

  static void checkLengths(ServedModel model, List<Request> requests) {
    int longest = requests.stream().mapToInt(Request::totalTokens).max().orElseThrow();
    if (longest > model.sessionLen()) {
      throw new InvalidRequestException(
          "session-len",
          ("the longest request has %s tokens, prompt and answer, and a session of this model %s;"
                  + " raise --session-len or the KV cache, or take shorter requests")
              .formatted(longest, model.sessionLen()));
    }
  }
}
