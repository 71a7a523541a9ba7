package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.core.fake.FakeRunner;

/** Who takes part in a step that is started while another runs, and how such steps end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AheadTest {
  private final List<StepBatch> started = new ArrayList<>();
  private final List<Integer> unfinishedAtStart = new ArrayList<>();
  private int waits;

  private Rig rig(int blocks, int ahead) {
    Rig rig = new Rig(Rig.options(2, 4, 8), blocks, 60, Integer.MAX_VALUE, 0, ahead);
    FakeRunner runner = rig.device.runner();
    runner.onStart(
        step -> {
          started.add(step);
          unfinishedAtStart.add(runner.unfinished());
        });
    runner.onAwait(step -> waits++);
    return rig;
  }

  private static GenerationConfig.Builder config(int most) {
    return GenerationConfig.builder().maxNewTokens(most).ignoreEos(true);
  }

  private static GenerationRequest prompt(GenerationConfig.Builder config, int... ids) {
    return new GenerationRequest(ids, List.of(), config.build());
  }

  private List<Integer> unknown() {
    return started.stream()
        .map(step -> (int) Arrays.stream(step.tokens()).filter(id -> id < 0).count())
        .toList();
  }

  private static LmDeployException failure(TokenStream stream) {
    return assertThrows(
        LmDeployException.class,
        () -> {
          while (stream.next().isPresent()) {
            // up to the failure
          }
        });
  }

  private void assertAnswer(Rig rig, TokenStream stream, GenerationRequest request)
      throws InterruptedException {
    List<Integer> ids = new ArrayList<>();
    for (var next = stream.next(); next.isPresent(); next = stream.next()) {
      ids.addAll(next.get().tokenIds());
    }
    assertEquals(rig.reference.answer(request).ids(), ids);
  }

  @Test
  void aStepIsStartedWhileTheOneBeforeRunsAndNoRowIsWastedOnAKnownEnd() throws Exception {
    Rig rig = rig(30, 1);
    GenerationRequest request = prompt(config(6), 3, 4, 5);
    TokenStream stream = rig.submit(request);
    rig.turn();
    assertEquals(0, waits, "the first step runs, and nobody waits for it");
    rig.turn();
    assertEquals(1, waits);
    rig.finish();
    assertEquals(List.of(0, 1, 1, 1, 1, 1), unfinishedAtStart);
    assertEquals(List.of(0, 1, 1, 1, 1, 1), unknown());
    assertEquals(6, rig.device.runner().drawnTokens());
    assertAnswer(rig, stream, request);
    rig.close();
  }

  @Test
  void nobodyWaitsForWorkWhileAStepRuns() throws Exception {
    Rig rig = rig(30, 2);
    GenerationRequest request = prompt(config(1), 3, 4, 5);
    TokenStream stream = rig.submit(request);
    rig.turn();
    rig.turn();
    assertEquals(1, waits, "there is nothing to plan, so the step is waited for at once");
    assertTrue(rig.idle());
    assertAnswer(rig, stream, request);
    rig.close();
  }

  @Test
  void aPromptDecodesInTheStepAfterItsLastChunk() {
    Rig rig = rig(30, 1);
    rig.submit(prompt(config(3), IntStream.range(2, 22).toArray()));
    rig.finish();
    assertEquals(List.of(8, 8, 4, 1, 1), started.stream().map(s -> s.tokens().length).toList());
    assertEquals(List.of(0, 0, 0, 1, 1), unknown());
    assertEquals(List.of(0, 1, 1, 1, 1), unfinishedAtStart);
    rig.close();
  }

  @Test
  void anEndThatNobodyCouldKnowWastesARowAndChangesNothing() throws Exception {
    Rig rig = rig(30, 2);
    GenerationConfig.Builder ends =
        GenerationConfig.builder().maxNewTokens(20).logitBias(Map.of(Rig.END, 100f));
    TokenStream ending = rig.submit(prompt(ends.minNewTokens(2), 7, 8));
    GenerationRequest request = prompt(config(20), 3, 4, 5);
    TokenStream other = rig.submit(request);
    rig.finish();
    assertEquals(2, ending.next().orElseThrow().tokenIds().size());
    assertEquals(20 + 3 + 2, rig.device.runner().drawnTokens(), "a row for each step ahead");
    assertEquals(22, rig.model.stats().generatedTokens());
    assertAnswer(rig, other, request);
    rig.close();
  }

  @Test
  void whoseBansDependOnTheUnknownTokenIsWaitedFor() throws Exception {
    Rig rig = rig(30, 1);
    GenerationRequest banned = prompt(config(8).badWords(List.of("ab", "ac")), 3, 4);
    GenerationRequest free = prompt(config(8), 5, 6);
    TokenStream first = rig.submit(banned);
    TokenStream second = rig.submit(free);
    rig.finish();
    assertTrue(started.stream().limit(8).allMatch(step -> step.sequences().size() == 2));
    assertEquals(0, unfinishedAtStart.stream().limit(8).mapToInt(n -> n).max().orElseThrow());
    assertAnswer(rig, first, banned);
    assertAnswer(rig, second, free);
    rig.close();
  }

  @Test
  void penaltiesCountTheUnknownTokenButNoSecondOne() throws Exception {
    for (int ahead = 1; ahead <= 2; ahead++) {
      started.clear();
      unfinishedAtStart.clear();
      Rig rig = rig(30, ahead);
      GenerationRequest request =
          prompt(config(12).repetitionPenalty(1.8).frequencyPenalty(0.9), 3, 4);
      TokenStream stream = rig.submit(request);
      rig.finish();
      assertEquals(1, unfinishedAtStart.stream().mapToInt(n -> n).max().orElseThrow());
      assertAnswer(rig, stream, request);
      rig.close();
    }
  }

  @Test
  void whoIsSentBackIsInNoStepThatRuns() throws Exception {
    for (int ahead = 0; ahead <= 2; ahead++) {
      Rig rig = rig(30, ahead);
      List<GenerationRequest> requests =
          IntStream.range(0, 4).mapToObj(i -> prompt(config(20), 2 + i, 9)).toList();
      List<TokenStream> streams = requests.stream().map(rig::submit).toList();
      rig.finish();
      assertTrue(rig.model.stats().preemptions() > 0);
      for (int i = 0; i < 4; i++) {
        assertAnswer(rig, streams.get(i), requests.get(i));
      }
      rig.close();
    }
  }

  @Test
  void whoEndsBeforeAFailedStartHasNotFailed() throws Exception {
    Rig rig = rig(30, 1);
    GenerationRequest ends = prompt(config(2), 3, 4);
    GenerationRequest goesOn = prompt(config(9), 5, 6);
    TokenStream first = rig.submit(ends);
    TokenStream second = rig.submit(goesOn);
    rig.turn();
    rig.turn();
    assertEquals(1, rig.device.runner().unfinished());
    IllegalStateException bug = new IllegalStateException("a bug");
    rig.device
        .runner()
        .onStart(
            step -> {
              throw bug;
            });
    rig.turn();
    rig.finish();
    assertAnswer(rig, first, ends);
    assertEquals(2, second.next().orElseThrow().tokenIds().size(), "both steps before were good");
    assertSame(bug, failure(second).getCause());
    assertTrue(rig.idle());
    assertEquals(1, rig.model.stats().finished());
    assertEquals(1, rig.model.stats().failed());
    rig.close();
  }

  @Test
  void whoJoinedAfterAFailedStepGoesOn() throws Exception {
    Rig rig = rig(30, 1);
    TokenStream first = rig.submit(prompt(config(9), 3, 4));
    rig.turn();
    GenerationRequest request = prompt(config(9), 5, 6);
    TokenStream second = rig.submit(request);
    IllegalStateException bug = new IllegalStateException("a bug");
    rig.device
        .runner()
        .onAwait(
            step -> {
              throw bug;
            });
    rig.turn();
    rig.device.runner().onAwait(step -> {});
    assertSame(bug, failure(first).getCause());
    rig.finish();
    assertAnswer(rig, second, request);
    assertEquals(1, rig.model.stats().failed());
    rig.close();
  }

  @Test
  void blocksOfAFailedStepAreNotShared() throws Exception {
    Rig rig = rig(30, 1);
    int[] ids = {3, 4, 5, 6, 7, 8};
    rig.submit(prompt(config(9), ids));
    rig.device
        .runner()
        .onAwait(
            step -> {
              throw new IllegalStateException("a bug");
            });
    rig.turn();
    GenerationRequest same = prompt(config(9), ids);
    TokenStream stream = rig.submit(same);
    rig.turn();
    rig.device.runner().onAwait(step -> {});
    rig.finish();
    assertAnswer(rig, stream, same);
    assertEquals(0, stream.cachedTokens());
    rig.close();
  }

  @Test
  void aDeviceFailureOfAStepThatRunsEndsAllForGood() {
    Rig rig = rig(30, 1);
    TokenStream first = rig.submit(prompt(config(9), 3, 4));
    rig.turn();
    TokenStream second = rig.submit(prompt(config(9), 5, 6));
    DeviceFailureException broken = new DeviceFailureException("it burns");
    rig.device
        .runner()
        .onAwait(
            step -> {
              throw broken;
            });
    rig.turn();
    assertSame(broken, failure(first));
    assertSame(broken, failure(second));
    assertThrows(UnavailableException.class, () -> rig.submit(prompt(config(9), 3)));
    EngineStats stats = rig.model.stats();
    assertEquals(2, stats.failed());
    assertEquals(0, stats.running() + stats.kvBlocksUsed());
    rig.check();
    rig.close();
  }

  @Test
  void imagesStayWhileAStepReadsThemThoughTheirRequestIsGone() {
    Rig rig = rig(30, 1);
    int[] ids = IntStream.range(2, 22).toArray();
    GenerationRequest request =
        new GenerationRequest(
            ids, List.of(new GenerationRequest.ImageSpan(1, Rig.image(1, 15))), config(9).build());
    TokenStream stream = rig.submit(request);
    rig.turn();
    stream.cancel();
    rig.turn();
    // The step that ran read the image when it was waited for: a tensor that is gone throws.
    assertEquals(1, waits);
    assertEquals(1, rig.model.stats().steps());
    assertTrue(rig.idle());
    assertEquals(0, rig.device.liveTensors());
    assertEquals(0, rig.model.stats().failed());
    rig.close();
  }

  @Test
  void closingWaitsForStepsAndFreesEverything() {
    Rig rig = rig(30, 2);
    TokenStream stream = rig.submit(prompt(config(9), 3, 4));
    rig.turn();
    rig.turn();
    assertEquals(2, rig.device.runner().unfinished());
    rig.close();
    assertInstanceOf(UnavailableException.class, failure(stream));
  }
}
