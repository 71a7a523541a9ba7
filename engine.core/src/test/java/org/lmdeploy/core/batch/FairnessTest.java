package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.ops.StepBatch;

/** Who gets a place in which step. */
class FairnessTest {
  private final List<StepBatch> steps = new ArrayList<>();

  private Rig rig(EngineOptions options, int blocks) {
    Rig rig = new Rig(options, blocks, 200, Integer.MAX_VALUE, 1000);
    rig.fake.onForward(steps::add);
    return rig;
  }

  private static GenerationRequest prompt(int length, int answer) {
    return new GenerationRequest(
        IntStream.range(0, length).map(i -> 2 + (i + length) % 30).toArray(),
        List.of(),
        GenerationConfig.builder().maxNewTokens(answer).ignoreEos(true).build());
  }

  private List<Integer> newTokens(int step) {
    return steps.get(step).sequences().stream().map(StepBatch.Sequence::newTokens).toList();
  }

  @Test
  void decodingRowsComeFirstInEveryStepWhileALongPromptIsCut() {
    Rig rig = rig(Rig.options(4, 4, 10), 100);
    rig.submit(prompt(3, 20));
    rig.turn();
    rig.submit(prompt(30, 5));
    rig.turn();
    rig.turn();
    rig.turn();
    rig.turn();
    assertEquals(List.of(1, 9), newTokens(1));
    assertEquals(List.of(1, 9), newTokens(2));
    assertEquals(List.of(1, 9), newTokens(3));
    assertEquals(List.of(1, 3), newTokens(4));
    rig.finish();
    rig.close();
  }

  @Test
  void aShortPromptDoesNotWaitForALongOne() {
    Rig rig = rig(Rig.options(4, 4, 20), 100);
    rig.submit(prompt(100, 5));
    rig.submit(prompt(4, 5));
    rig.turn();
    assertEquals(List.of(16, 4), newTokens(0));
    rig.finish();
    rig.close();
  }

  @Test
  void decodingNeverStarvesEvenIfItFillsTheStep() {
    Rig rig = rig(Rig.options(4, 4, 2), 100);
    for (int i = 0; i < 3; i++) {
      rig.submit(prompt(2, 12));
    }
    rig.submit(prompt(8, 3));
    rig.turn();
    rig.turn();
    rig.turn();
    int before = steps.size();
    rig.turn();
    assertTrue(newTokens(before).size() >= 2, newTokens(before).toString());
    rig.finish();
    assertTrue(steps.stream().allMatch(step -> step.tokens().length <= 4));
    assertEquals(4, rig.model.stats().finished());
    rig.close();
  }

  @Test
  void theYoungestGivesItsBlocksUpAndComesBackFirst() {
    Rig rig = rig(Rig.options(1, 4, 100), 200);
    GenerationRequest old = prompt(90, 60);
    GenerationRequest young = prompt(80, 60);
    TokenStream first = rig.submit(old);
    TokenStream second = rig.submit(young);
    rig.turn();
    rig.turn();
    TokenStream third = rig.submit(prompt(40, 10));
    boolean preempted = false;
    while (rig.model.stats().finished() < 3) {
      rig.turn();
      List<Sequence> all = rig.model.engine().scheduler().all();
      if (rig.model.stats().preemptions() == 1 && all.size() == 3) {
        preempted = true;
        assertEquals(List.of(first, second, third), all.stream().map(Sequence::stream).toList());
        assertEquals(1, rig.model.stats().running());
      }
    }
    assertTrue(preempted);
    assertEquals(1, rig.model.stats().preemptions());
    rig.close();
  }

  @Test
  void promptsAreCutIntoTheWantedChunks() {
    assertChunks(0, 1, 100, List.of(100));
    assertChunks(16, 4, 40, List.of(16, 16, 8));
    assertChunks(8, 4, 100, List.of(25, 25, 25, 25));
    assertChunks(8, 1, 100, List.of(100));
    assertChunks(8, 1, 150, List.of(128, 22));
  }

  private void assertChunks(int perIteration, int iterations, int length, List<Integer> expected) {
    steps.clear();
    EngineOptions options =
        new EngineOptions(OptionalInt.empty(), 4, 0.5, 4, false, 128, perIteration, iterations, 1);
    Rig rig = rig(options, 100);
    rig.submit(prompt(length, 1));
    rig.finish();
    assertEquals(
        expected, IntStream.range(0, steps.size()).mapToObj(i -> newTokens(i).getFirst()).toList());
    rig.close();
  }

  @Test
  void imagesAreEncodedInBatchesBetweenStepsThatDecode() {
    List<Integer> batches = new ArrayList<>();
    EngineOptions options = new EngineOptions(OptionalInt.empty(), 4, 0.5, 4, false, 128, 0, 1, 2);
    Rig rig = rig(options, 100);
    rig.fake.onEncode(images -> batches.add(images.size()));
    rig.submit(prompt(3, 20));
    rig.turn();
    List<GenerationRequest.ImageSpan> images =
        IntStream.range(0, 5)
            .mapToObj(i -> new GenerationRequest.ImageSpan(10 * i + 2, Rig.image(i, 8)))
            .toList();
    rig.submit(new GenerationRequest(prompt(60, 3).promptIds(), images, prompt(60, 3).config()));
    rig.submit(
        new GenerationRequest(
            prompt(60, 3).promptIds(), images.subList(0, 2), prompt(60, 3).config()));
    rig.finish();
    assertEquals(List.of(2, 2, 1), batches);
    assertTrue(steps.stream().allMatch(step -> step.sequences().getFirst().newTokens() <= 3));
    rig.close();
  }
}
