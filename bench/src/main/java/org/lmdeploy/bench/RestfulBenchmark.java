package org.lmdeploy.bench;

import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.figure.ServingFigures;
import org.lmdeploy.bench.figure.Slo;
import org.lmdeploy.bench.load.Arrivals;
import org.lmdeploy.bench.load.HttpTarget;
import org.lmdeploy.bench.load.LoadDriver;
import org.lmdeploy.bench.load.Run;

/**
 * LMDeploy's {@code profile_restful_api}: many requests against a server, as fast as a rate says.
 *
 * @param server which server, and how it is asked
 * @param arrivals when requests are sent
 * @param warmUp requests before the clock starts; short ones
 * @param slo objectives for goodput
 */
public record RestfulBenchmark(HttpTarget.Options server, Arrivals arrivals, int warmUp, Slo slo) {
  private static final int WARM_UP_TOKENS = 32;

  /**
   * Runs it.
   *
   * @param progress takes a line for each stage
   */
  public ServingFigures run(List<Request> requests, Consumer<String> progress)
      throws InterruptedException {
    if (warmUp > 0) {
      progress.accept("warming up with " + warmUp + " requests");
      List<Request> first = WarmUp.of(requests, warmUp, WARM_UP_TOKENS);
      try (HttpTarget target = new HttpTarget(server, first)) {
        LoadDriver.run(first, target, Arrivals.closed(arrivals.concurrency()));
      }
    }
    progress.accept("running " + requests.size() + " requests");
    try (HttpTarget target = new HttpTarget(server, requests)) {
      Run run = LoadDriver.run(requests, target, arrivals);
      boolean closed = arrivals.rate() == Double.POSITIVE_INFINITY;
      ServingFigures figures = ServingFigures.of(run, slo, closed ? arrivals.concurrency() : 0);
      return server.stream() ? figures : figures.withoutTokenTimes();
    }
  }
}
