package org.lmdeploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.bench.data.Lengths;
import org.lmdeploy.bench.data.RandomIds;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.figure.StaticFigures;
import org.lmdeploy.bench.load.Arrivals;
import org.lmdeploy.bench.load.EngineTarget;
import org.lmdeploy.bench.load.LoadDriver;
import org.lmdeploy.bench.load.Run;
import org.lmdeploy.bench.load.StatsWatch;
import org.lmdeploy.runtime.ServedModel;

/**
 * LMDeploy's {@code profile_generation}: batches of equal requests, all sent at once, round after
 * round.
 *
 * @param warmUpRounds rounds of each point that are not counted
 * @param rounds rounds that are
 * @param sampling how answers are drawn
 * @param seed seed of the prompts
 */
public record GenerationBenchmark(
    int warmUpRounds, int rounds, GenerationConfig sampling, long seed) {
  /**
   * One batch.
   *
   * @param batch sequences
   * @param lengths tokens of each prompt and answer
   */
  public record Point(int batch, Lengths lengths) {}

  /**
   * What was found for one batch.
   *
   * @param point the batch
   * @param figures what its rounds came to
   * @param counts what the engine counted meanwhile
   * @param memoryBytes weights, activations and the KV memory in use at its end, as planned
   */
  public record Result(
      Point point, StaticFigures figures, StatsWatch.Counts counts, long memoryBytes) {}

  /** Runs all points. */
  public List<Result> run(MeasuredModel model, List<Point> points, Consumer<String> progress)
      throws InterruptedException {
    ServedModel served = model.served();
    RandomIds ids = model.randomIds(seed);
    for (Point point : points) {
      ThroughputBenchmark.checkLengths(served, requests(point, ids));
    }
    List<Result> results = new ArrayList<>();
    for (Point point : points) {
      progress.accept(
          "batch %d, prompts of %d, answers of %d"
              .formatted(point.batch(), point.lengths().prompt(), point.lengths().output()));
      for (int i = 0; i < warmUpRounds; i++) {
        round(served, point, ids);
      }
      List<Run> runs = new ArrayList<>();
      try (StatsWatch watch = new StatsWatch(served)) {
        for (int i = 0; i < rounds; i++) {
          runs.add(round(served, point, ids));
        }
        StatsWatch.Counts counts = watch.counts();
        results.add(
            new Result(point, StaticFigures.of(runs), counts, memory(served.plan(), counts)));
      }
    }
    return results;
  }

  /** New prompts each time, which no prefix cache knows. */
  private Run round(ServedModel model, Point point, RandomIds ids) throws InterruptedException {
    List<Request> requests = requests(point, ids);
    return LoadDriver.run(
        requests, new EngineTarget(model, sampling, requests), Arrivals.closed(point.batch()));
  }

  private static List<Request> requests(Point point, RandomIds ids) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < point.batch(); i++) {
      requests.add(Request.of(ids.prompt(point.lengths().prompt()), point.lengths().output()));
    }
    return requests;
  }

  private static long memory(MemoryPlan plan, StatsWatch.Counts counts) {
    return plan.weights() + plan.activations() + plan.vision() + counts.kvCommittedBytes();
  }
}
