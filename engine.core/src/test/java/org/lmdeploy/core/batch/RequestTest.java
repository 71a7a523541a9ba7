package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.error.ContextLengthExceededException;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;

/** What requests may ask for, and that they get it. */
class RequestTest {
  private static final int SESSION = 30;

  private final Rig rig = new Rig(Rig.options(4, 4, 8), 20, SESSION, Integer.MAX_VALUE, 100);

  @AfterEach
  void close() {
    rig.close();
  }

  private static GenerationConfig.Builder config() {
    return GenerationConfig.builder().maxNewTokens(10);
  }

  private GenerationChunk answer(GenerationConfig.Builder config, int... prompt)
      throws InterruptedException {
    TokenStream stream = rig.submit(new GenerationRequest(prompt, List.of(), config.build()));
    rig.finish();
    return stream.next().orElseThrow();
  }

  private void assertRefused(String parameter, GenerationRequest request) {
    LmDeployException error = assertThrows(LmDeployException.class, () -> rig.submit(request));
    assertEquals(parameter, error.parameter().orElseThrow(), error.getMessage());
    assertTrue(rig.idle());
  }

  private void assertRefused(String parameter, GenerationConfig.Builder config) {
    assertRefused(parameter, new GenerationRequest(new int[] {5}, List.of(), config.build()));
  }

  @Test
  void idsThatTheModelDoesNotHaveAreRefused() {
    assertRefused("prompt", new GenerationRequest(new int[] {2, 40}, List.of(), config().build()));
    assertRefused("prompt", new GenerationRequest(new int[] {-1}, List.of(), config().build()));
    assertRefused("prompt", new GenerationRequest(new int[0], List.of(), config().build()));
    assertRefused("stop_token_ids", config().stopTokenIds(List.of(40)));
    assertRefused("bad_token_ids", config().badTokenIds(List.of(-2)));
    assertRefused("logit_bias", config().logitBias(Map.of(99, 1f)));
  }

  @Test
  void imagesOutOfPlaceAreRefused() {
    int[] prompt = new int[10];
    ImageSpan first = new ImageSpan(1, Rig.image(1, 4));
    for (ImageSpan wrong :
        List.of(
            new ImageSpan(3, Rig.image(2, 2)),
            new ImageSpan(8, Rig.image(2, 3)),
            new ImageSpan(Integer.MAX_VALUE, Rig.image(2, 3)))) {
      assertRefused(
          "images", new GenerationRequest(prompt, List.of(first, wrong), config().build()));
    }
    RequestCheck textModel = new RequestCheck(40, SESSION, false);
    LmDeployException error =
        assertThrows(
            LmDeployException.class,
            () -> textModel.check(new GenerationRequest(prompt, List.of(first), config().build())));
    assertEquals(ErrorCode.UNSUPPORTED_FEATURE, error.code());
  }

  @Test
  void aPromptWithoutRoomForAnAnswerIsRefusedWithTheNumbers() throws InterruptedException {
    GenerationRequest tooLong =
        new GenerationRequest(new int[SESSION], List.of(), config().build());
    ContextLengthExceededException error =
        assertThrows(ContextLengthExceededException.class, () -> rig.submit(tooLong));
    assertTrue(error.getMessage().contains("30 tokens"), error.getMessage());
    assertEquals(1, answer(config().ignoreEos(true), new int[SESSION - 1]).tokenIds().size());
  }

  @Test
  void bansThatLeaveNothingAreRefused() {
    List<Integer> all = IntStream.range(0, Rig.VOCAB).boxed().toList();
    assertRefused("bad_words", config().badTokenIds(all));
    assertRefused("min_new_tokens", config().stopTokenIds(all).minNewTokens(1));
  }

  @Test
  void theLeastLengthMeetsIgnoredEnds() throws InterruptedException {
    Map<Integer, Float> wantsEnd = Map.of(Rig.END, 100f);
    assertEquals(List.of(), answer(config().logitBias(wantsEnd), 5).tokenIds());
    assertEquals(4, answer(config().logitBias(wantsEnd).minNewTokens(4), 5).tokenIds().size());
    List<Integer> ends =
        answer(config().logitBias(wantsEnd).minNewTokens(4).ignoreEos(true), 5).tokenIds();
    assertEquals(Set.of(Rig.END), Set.copyOf(ends), "end tokens can be drawn and do not end");
    assertEquals(10, ends.size());
  }

  @Test
  void bansEndWhereTheyMust() {
    Bans bans =
        new Bans(new int[] {2}, new int[] {1, 2}, List.of(new int[] {5, 6, 7}, new int[] {6, 2}));
    int[] tokens = {6, 5, 6, 9};
    assertArrayEquals(new int[] {2, 7}, bans.after(tokens, 0, 3, false));
    assertArrayEquals(new int[] {1, 2, 7}, bans.after(tokens, 0, 3, true));
    assertArrayEquals(new int[] {2}, bans.after(tokens, 2, 3, false), "the prompt does not count");
    assertArrayEquals(new int[] {2}, bans.after(tokens, 0, 4, false));
  }

  @Test
  void badWordsAreNotGenerated() throws InterruptedException {
    GenerationConfig.Builder free = config().maxNewTokens(25).ignoreEos(true);
    String text = answer(free, 5).text();
    String bad = text.substring(3, 6);
    GenerationChunk without = answer(free.badWords(List.of(bad)), 5);
    int[] ids = rig.tokenizer.encode(bad, false);
    List<Integer> asList = IntStream.of(ids).boxed().toList();
    assertTrue(Collections.indexOfSubList(without.tokenIds(), asList) < 0);
    assertEquals(25, without.tokenIds().size());
    assertFalse(text.equals(without.text()));
  }

  @Test
  void logprobsComeWithTheirTokens() throws InterruptedException {
    assertEquals(List.of(), answer(config(), 5).logprobs());
    GenerationChunk chunk = answer(config().logprobs(1024).ignoreEos(true), 5);
    assertEquals(chunk.tokenIds(), chunk.logprobs().stream().map(token -> token.id()).toList());
    assertEquals(Rig.VOCAB, chunk.logprobs().getFirst().top().size());
    assertEquals(chunk.tokenIds().getFirst(), chunk.logprobs().getFirst().top().getFirst().id());
  }

  @Test
  void withoutASeedDrawsDiffer() throws InterruptedException {
    GenerationConfig.Builder random =
        config().maxNewTokens(20).doSample(true).temperature(1).ignoreEos(true);
    assertFalse(answer(random, 5).tokenIds().equals(answer(random, 5).tokenIds()));
    random.seed(7);
    assertEquals(answer(random, 5).tokenIds(), answer(random, 5).tokenIds());
  }
}
