package org.lmdeploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.bench.GenerationBenchmark.Point;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;
import org.lmdeploy.bench.data.Lengths;
import org.lmdeploy.bench.data.RandomLengths;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.figure.ServingFigures;
import org.lmdeploy.bench.figure.Slo;
import org.lmdeploy.bench.load.Arrivals;
import org.lmdeploy.bench.load.HttpTarget;
import org.lmdeploy.bench.load.ServerKind;
import org.lmdeploy.bench.load.ServerModels;
import org.lmdeploy.bench.work.Roofline;
import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.server.http.internal.HttpServers;

/** All benchmarks with the demo model: on its engine, and on the server over it. */
@Timeout(300)
class DemoModelTest {
  private static final GenerationConfig GREEDY = GenerationConfig.builder().build();
  private static final Slo ANY = Slo.parse(List.of("ttft:1000000"));
  private static StandaloneModelManager manager;
  private static ServedModel served;
  private static MeasuredModel model;
  private static RunningServer server;

  @BeforeAll
  static void load() {
    manager = StandaloneModelManager.open(DemoModelTest.class.getClassLoader());
    EngineOptions options =
        new EngineOptions(OptionalInt.of(256), 4, 0.5, 64, false, 2048, 0, 1, 1);
    served = manager.models().load(LoadOptions.of("tiny-internvl2", options), stage -> {});
    model = MeasuredModel.of(served, new LocalModelFolders());
    server =
        new HttpServers(manager.models()).start(ServerOptions.DEFAULT.withAddress("127.0.0.1", 0));
  }

  @AfterAll
  static void close() {
    server.stop();
    manager.close();
  }

  private static List<Request> requests(int count) {
    return model.randomIds(1).requests(new RandomLengths(32, 12, 0.2).draw(count, 1));
  }

  @Test
  void theWorkOfTheModelIsThatOfItsCheckpoint() {
    // all matrices are bfloat16; the norms are less than one percent
    assertEquals(1, model.stepBytes() / (2.0 * model.work().parameters()), 0.01);
    Roofline roof = model.roofline(new MeasuredCeilings(1e9, 1e9, "assumed"));
    assertEquals(model.work().kvElements() * 4.0, roof.kvTokenBytes(), 0);
  }

  @Test
  void throughputCountsEveryToken() throws InterruptedException {
    List<Request> requests = requests(20);
    ThroughputBenchmark.Result result =
        new ThroughputBenchmark(4, 4, GREEDY, ANY).run(served, requests, stage -> {});
    ServingFigures figures = result.figures();
    assertEquals(List.of(), figures.failures());
    assertEquals(20, figures.completed());
    long output = requests.stream().mapToLong(Request::outputTokens).sum();
    long input = requests.stream().mapToLong(each -> each.promptIds().length).sum();
    assertEquals(output, figures.outputTokens());
    assertEquals(input, figures.inputTokens());
    assertEquals(output, result.counts().generatedTokens());
    assertEquals(input, result.counts().promptTokens());
    assertEquals(0, result.counts().preemptions());
    assertTrue(figures.itl().gaps().count() <= output - 20);
    assertEquals(figures.requestThroughput(), figures.goodput().orElseThrow(), 1e-9);
    assertTrue(figures.e2e().mean() >= figures.ttft().mean());
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedBeforeTheClockStarts() {
    List<Request> requests = List.of(Request.of(new int[200], 57));
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> new ThroughputBenchmark(1, 0, GREEDY, ANY).run(served, requests, stage -> {}));
    assertTrue(refused.getMessage().contains("--session-len"), refused::getMessage);
  }

  @Test
  void generationHasAResultForEachBatch() throws InterruptedException {
    List<Point> points = List.of(new Point(1, new Lengths(8, 6)), new Point(4, new Lengths(8, 6)));
    List<GenerationBenchmark.Result> results =
        new GenerationBenchmark(1, 2, GREEDY, 0).run(model, points, stage -> {});
    for (GenerationBenchmark.Result result : results) {
      int batch = result.point().batch();
      assertEquals(List.of(), result.figures().failures());
      assertEquals(2, result.figures().outputThroughput().count());
      assertEquals(2, result.figures().decodeThroughput().count());
      assertEquals(2 * batch, result.figures().ttft().count());
      assertEquals(2 * batch * 6, result.counts().generatedTokens());
    }
    assertEquals(points, results.stream().map(GenerationBenchmark.Result::point).toList());
  }

  private static HttpTarget.Options options(ServerKind kind, boolean stream) {
    return new HttpTarget.Options(
        URI.create(server.url()),
        Optional.empty(),
        served.name(),
        kind,
        stream,
        kind.ignoresEos(),
        Map.of("temperature", 0));
  }

  @Test
  void aServerNamesItsModel() throws InterruptedException {
    assertEquals(served.name(), ServerModels.first(URI.create(server.url()), Optional.empty()));
  }

  @ParameterizedTest
  @EnumSource
  void answersOfTheServerAreCounted(Mode mode) throws InterruptedException {
    List<Request> requests = requests(12);
    ServingFigures figures =
        new RestfulBenchmark(
                options(ServerKind.lmdeploy, mode != Mode.WHOLE),
                mode == Mode.OPEN ? new Arrivals(200, 12, 1) : Arrivals.closed(4),
                2,
                Slo.parse(List.of()))
            .run(requests, stage -> {});
    assertEquals(List.of(), figures.failures());
    assertEquals(12, figures.completed());
    assertEquals(requests.stream().mapToLong(Request::outputTokens).sum(), figures.outputTokens());
    assertEquals(mode == Mode.WHOLE ? 0 : 12, figures.ttft().count());
    assertEquals(12, figures.e2e().count());
  }

  /** How a server is asked. */
  enum Mode {
    CLOSED,
    OPEN,
    WHOLE
  }

  @Test
  void anyOtherServerIsAskedWithTextsAndMayEndItsAnswers() throws InterruptedException {
    List<Request> requests =
        requests(6).stream()
            .map(each -> new Request(each.promptIds(), Optional.of("Describe this."), 12))
            .toList();
    ServingFigures figures =
        new RestfulBenchmark(
                options(ServerKind.openai, true), Arrivals.closed(3), 0, Slo.parse(List.of()))
            .run(requests, stage -> {});
    assertEquals(6, figures.completed() + figures.failures().size());
    assertTrue(figures.outputTokens() <= 6 * 12);
  }

  @Test
  void whatTheServerRefusesIsAFailureWithItsReason() throws InterruptedException {
    List<Request> requests = List.of(Request.of(new int[] {1 << 20}, 4));
    ServingFigures figures =
        new RestfulBenchmark(
                options(ServerKind.lmdeploy, true), Arrivals.closed(1), 0, Slo.parse(List.of()))
            .run(requests, stage -> {});
    assertEquals(0, figures.completed());
    assertFalse(figures.failures().isEmpty());
    assertTrue(figures.failures().getFirst().contains("status 400"), figures.failures()::toString);
  }
}
