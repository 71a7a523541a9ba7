package org.lmdeploy.core.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.core.fake.FakeTokenizer;

class AnswerTextTest {
  private final FakeTokenizer tokenizer =
      new FakeTokenizer(
          List.of("<s>", "<|end|>"),
          List.of(
              "a".getBytes(UTF_8),
              "b".getBytes(UTF_8),
              "ab".getBytes(UTF_8),
              "##".getBytes(UTF_8)));

  private GenerationConfig.Builder stopAt(String... words) {
    return GenerationConfig.builder().stopWords(List.of(words));
  }

  @Test
  void aSpecialTokenIsAStopWordThoughItsTextIsNotShown() {
    AnswerText answer = new AnswerText(tokenizer, stopAt("<|end|>").build());
    assertEquals("a", answer.accept(2));
    assertEquals("", answer.accept(1));
    assertTrue(answer.stopped());
    assertFalse(answer.lastTokenCounts());
  }

  @Test
  void aSpecialStopWordIsInTheTextIfAskedFor() {
    for (boolean skip : new boolean[] {true, false}) {
      GenerationConfig config =
          stopAt("<|end|>").includeStopStrInOutput(true).skipSpecialTokens(skip).build();
      AnswerText answer = new AnswerText(tokenizer, config);
      assertEquals("a<|end|>", answer.accept(2) + answer.accept(1));
      assertTrue(answer.stopped() && answer.lastTokenCounts());
    }
  }

  @Test
  void heldBackTextComesBeforeAnInvisibleStop() {
    AnswerText answer = new AnswerText(tokenizer, stopAt("<|end|>", "aba").build());
    assertEquals("", answer.accept(4));
    assertEquals("ab", answer.accept(1));
  }

  @Test
  void theTokenThatBeganInTheAnswerBelongsToIt() {
    AnswerText answer = new AnswerText(tokenizer, stopAt("b").build());
    assertEquals("a", answer.accept(4));
    assertTrue(answer.stopped() && answer.lastTokenCounts());
  }

  @Test
  void aStopWordOfSeveralTokensEndsTheAnswer() {
    AnswerText answer = new AnswerText(tokenizer, stopAt("b##").build());
    assertEquals("a", answer.accept(4));
    assertFalse(answer.stopped());
    assertEquals("", answer.accept(5));
    assertTrue(answer.stopped());
    assertFalse(answer.lastTokenCounts());
  }

  @Test
  void stopWordsDoNotCountBeforeTheLeastLength() {
    AnswerText answer = new AnswerText(tokenizer, stopAt("b").minNewTokens(2).build());
    assertEquals("ba", answer.accept(3) + answer.accept(2));
    assertEquals("", answer.accept(3));
    assertTrue(answer.stopped());
  }

  @Test
  void whatWasHeldBackComesAtTheEnd() {
    AnswerText answer = new AnswerText(tokenizer, stopAt("aba").build());
    assertEquals("", answer.accept(4));
    assertEquals("ab", answer.finish());
  }
}
