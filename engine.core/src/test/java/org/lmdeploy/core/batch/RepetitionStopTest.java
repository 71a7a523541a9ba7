package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;

class RepetitionStopTest {
  private static boolean reached(int size, int threshold, int... answer) {
    return new RepetitionStop(size, threshold).reached(answer, 0, answer.length);
  }

  @Test
  void countsTheLastTokensThemselves() {
    assertTrue(reached(1, 1, 5));
    assertFalse(reached(2, 1, 5));
    assertTrue(reached(2, 2, 1, 2, 9, 1, 2));
    assertFalse(reached(2, 3, 1, 2, 9, 1, 2));
    assertFalse(reached(2, 2, 1, 2, 9, 1, 2, 3));
  }

  @Test
  void occurrencesMayOverlap() {
    assertTrue(reached(3, 2, 7, 7, 7, 7));
    assertFalse(reached(3, 3, 7, 7, 7, 7));
  }

  @Test
  void eitherZeroTurnsItOff() {
    assertFalse(reached(0, 1, 5, 5));
    assertFalse(reached(1, 0, 5, 5));
  }

  @Test
  void thePromptDoesNotCount() {
    int[] tokens = {1, 2, 1, 2};
    assertFalse(new RepetitionStop(2, 2).reached(tokens, 1, 4));
    assertTrue(new RepetitionStop(2, 2).reached(tokens, 0, 4));
  }

  @Test
  void onlyTheWindowIsSearched() {
    int[] tokens = new int[RepetitionStop.WINDOW + 2];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i;
    }
    tokens[1] = tokens.length - 1;
    assertFalse(new RepetitionStop(1, 2).reached(tokens, 0, tokens.length));
    tokens[2] = tokens.length - 1;
    assertTrue(new RepetitionStop(1, 2).reached(tokens, 0, tokens.length));
    assertFalse(new RepetitionStop(RepetitionStop.WINDOW + 1, 1).reached(tokens, 0, 1026));
  }

  /** The engine ends the answer with the very token that completes the repetition. */
  @Test
  void endsTheAnswerOfTheEngine() throws InterruptedException {
    for (int ahead = 0; ahead < 3; ahead++) {
      Rig rig = new Rig(Rig.options(4, 2, 8), 20, 60, Integer.MAX_VALUE, 100, ahead);
      int[] prompt = {5, 6, 7};
      int[] free = answer(rig, prompt, 0, 0, 0).tokenIds().stream().mapToInt(i -> i).toArray();
      int end = 0;
      while (end < free.length && !reached(1, 2, Arrays.copyOf(free, end))) {
        end++;
      }
      GenerationChunk stopped = answer(rig, prompt, 1, 2, 0);
      assertEquals(Arrays.stream(free).limit(end).boxed().toList(), stopped.tokenIds());
      assertTrue(end < free.length, "the answer repeats nothing: " + Arrays.toString(free));
      assertEquals(Optional.of(FinishReason.STOP), stopped.finishReason());
      assertEquals(end + 3, answer(rig, prompt, 1, 1, end + 2).tokenIds().size());
      rig.close();
    }
  }

  private static GenerationChunk answer(Rig rig, int[] prompt, int size, int threshold, int least)
      throws InterruptedException {
    GenerationConfig config =
        GenerationConfig.builder()
            .maxNewTokens(50)
            .minNewTokens(least)
            .ignoreEos(true)
            .repetitionNgramSize(size)
            .repetitionNgramThreshold(threshold)
            .build();
    TokenStream stream = rig.submit(new GenerationRequest(prompt, List.of(), config));
    rig.finish();
    return stream.next().orElseThrow();
  }
}
