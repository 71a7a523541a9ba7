package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;

/** Where prefix caching is off, requests that ask for it share their beginnings all the same. */
class PreservedCacheTest {
  private static final EngineOptions OFF =
      new EngineOptions(OptionalInt.empty(), 4, 0.5, 4, false, 16, 0, 1, 1);

  private final Rig rig = new Rig(OFF, 40, 60, Integer.MAX_VALUE, 0);

  private TokenStream run(boolean preserve, int... prompt) throws InterruptedException {
    GenerationConfig config =
        GenerationConfig.builder().maxNewTokens(4).ignoreEos(true).preserveCache(preserve).build();
    GenerationRequest request = new GenerationRequest(prompt, List.of(), config);
    TokenStream stream = rig.submit(request);
    rig.finish();
    assertEquals(rig.reference.answer(request).ids(), stream.next().orElseThrow().tokenIds());
    return stream;
  }

  @Test
  void onlyRequestsThatAskForItShare() throws Exception {
    int[] first = {3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    assertEquals(0, run(false, first).cachedTokens());
    assertEquals(0, run(false, first).cachedTokens());
    assertEquals(0, run(true, first).cachedTokens(), "the first one that is kept");
    assertEquals(8, run(true, first).cachedTokens());
    assertEquals(0, run(false, first).cachedTokens());
    rig.close();
  }

  @Test
  void aConversationFindsItsOwnAnswerAgain() throws Exception {
    int[] turn = {3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    run(true, turn);
    GenerationConfig config = GenerationConfig.builder().maxNewTokens(4).ignoreEos(true).build();
    List<Integer> answer =
        rig.reference.answer(new GenerationRequest(turn, List.of(), config)).ids();
    int[] next = new int[17];
    System.arraycopy(turn, 0, next, 0, 10);
    for (int i = 0; i < 4; i++) {
      next[10 + i] = answer.get(i);
    }
    next[14] = 20;
    next[15] = 21;
    next[16] = 22;
    // 10 of the prompt and 3 of the answer were computed: the last one was only drawn
    assertEquals(12, run(true, next).cachedTokens());
    rig.close();
  }
}
