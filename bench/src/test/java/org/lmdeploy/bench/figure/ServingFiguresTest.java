package org.lmdeploy.bench.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.bench.load.Run;
import org.lmdeploy.bench.load.RunOf;

class ServingFiguresTest {
  private static final Slo NONE = Slo.parse(List.of());

  /** Two answers: 3 tokens at 100, 120, 140 ms; 4 tokens at 300 ms and then three at once. */
  private static final Run RUN =
      new RunOf().answer(10, 0, 100, 1, 120, 1, 140, 1).answer(30, 50, 300, 1, 390, 3).run();

  @Test
  void ratesAreOverTheWholeTime() {
    ServingFigures figures = ServingFigures.of(RUN, NONE, 0);
    assertEquals(0.39, figures.seconds(), 1e-9);
    assertEquals(2 / 0.39, figures.requestThroughput(), 1e-9);
    assertEquals(40 / 0.39, figures.inputThroughput(), 1e-9);
    assertEquals(7 / 0.39, figures.outputThroughput(), 1e-9);
    assertEquals(47 / 0.39, figures.totalThroughput(), 1e-9);
  }

  @Test
  void latenciesAreThoseOfEachAnswer() {
    ServingFigures figures = ServingFigures.of(RUN, NONE, 0);
    assertEquals(100, figures.ttft().min(), 1e-9);
    assertEquals(250, figures.ttft().max(), 1e-9);
    assertEquals(20, figures.tpot().min(), 1e-9);
    assertEquals(30, figures.tpot().max(), 1e-9);
    assertEquals(140, figures.e2e().min(), 1e-9);
    assertEquals(340, figures.e2e().max(), 1e-9);
  }

  @Test
  void tokensThatCameAtOnceShareTheTimeBeforeThem() {
    TokenGaps gaps = ServingFigures.of(RUN, NONE, 0).itl();
    assertEquals(5, gaps.gaps().count());
    assertEquals(26, gaps.gaps().mean(), 1e-9); // 20 20 30 30 30
    assertEquals(7.0 / 5, gaps.perArrival(), 1e-9);
  }

  @Test
  void goodputCountsRequestsThatKeepAllObjectives() {
    assertEquals(OptionalDouble.empty(), ServingFigures.of(RUN, NONE, 0).goodput());
    assertEquals(1 / 0.39, goodput("ttft:200"), 1e-9);
    assertEquals(2 / 0.39, goodput("ttft:250", "tpot:30"), 1e-9);
    assertEquals(0, goodput("ttft:250", "tpot:19.9"), 0);
    assertEquals(1 / 0.39, goodput("e2el:200"), 1e-9);
  }

  private static double goodput(String... objectives) {
    return ServingFigures.of(RUN, Slo.parse(List.of(objectives)), 0).goodput().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ttft", "ttft:x", "latency:3", "ttft:0", "ttft:1:2"})
  void aWrongObjectiveIsRefused(String objective) {
    assertThrows(InvalidRequestException.class, () -> Slo.parse(List.of(objective)));
  }

  @Test
  void failedRequestsCountForNothingElse() {
    Run run = new RunOf().answer(10, 0, 100, 1, 200, 1).failure("lost").run();
    ServingFigures figures = ServingFigures.of(run, NONE, 0);
    assertEquals(1, figures.completed());
    assertEquals(List.of("lost"), figures.failures());
    assertEquals(2, figures.outputTokens());
  }

  @Test
  void anAnswerOfOneTokenHasNoTimePerFurtherToken() {
    ServingFigures figures =
        ServingFigures.of(new RunOf().answer(10, 0, 100, 1).run(), Slo.parse(List.of("tpot:1")), 0);
    assertEquals(0, figures.tpot().count());
    assertTrue(figures.goodput().orElseThrow() > 0);
  }

  @Test
  void theSteadyPartIsThatOfTheFullLoop() {
    // two at a time: full from 20 ms, when the second has its first token, to 50 ms
    RunOf run = new RunOf();
    run.answer(1, 0, 10, 1, 30, 1);
    run.answer(1, 0, 20, 1, 40, 1);
    run.answer(1, 30, 35, 1, 45, 1);
    run.answer(1, 40, 50, 1, 55, 1);
    run.answer(1, 45, 52, 1, 60, 1);
    run.answer(1, 50, 58, 1, 70, 1);
    Optional<SteadyState> steady = ServingFigures.of(run.run(), NONE, 2).steady();
    assertEquals(0.03, steady.orElseThrow().seconds(), 1e-12);
    // at 30, 40, 35, 45 and 50 ms
    assertEquals(5 / 0.03, steady.orElseThrow().outputThroughput(), 1e-6);
  }
}
