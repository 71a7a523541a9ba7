package org.lmdeploy.core.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.core.fake.FakeTokenizer;

class DetokenizerTest {
  private static final String[] LETTERS = {
    "a", " ", "é", "中", "文", "😀", "👩‍👩‍👧", "\n", "ß", "\u0301"
  };

  @Test
  void piecesAreWholeCharactersAndAddUpToTheText() {
    Random random = new Random(1);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      IntStream.range(0, 1 + random.nextInt(20))
          .forEach(i -> text.append(LETTERS[random.nextInt(LETTERS.length)]));
      List<byte[]> tokens = cut(text.toString(), random);
      Tokenizer tokenizer = new FakeTokenizer(List.of("<s>"), tokens);
      int[] ids = IntStream.rangeClosed(1, tokens.size()).toArray();
      assertEquals(text.toString(), detokenize(tokenizer, ids));
    }
  }

  @Test
  void byteFallbackTokensAreJoinedOnceTheyAreACharacter() {
    Random random = new Random(2);
    PieceTokenizer tokenizer = new PieceTokenizer();
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder("x");
      IntStream.range(0, 1 + random.nextInt(20))
          .forEach(i -> text.append(LETTERS[random.nextInt(LETTERS.length)]));
      assertEquals(text.toString(), detokenize(tokenizer, tokenizer.encode(text.toString())));
    }
  }

  @Test
  void theSpaceBeforeTheFirstWordIsLeftOutAndNoOther() {
    PieceTokenizer tokenizer = new PieceTokenizer();
    int[] ids = tokenizer.encode("  two  words ");
    assertEquals(" two  words ", tokenizer.decode(ids, true));
    assertEquals(" two  words ", detokenize(tokenizer, ids));
  }

  @Test
  void anIncompleteCharacterShowsOnlyAtTheEnd() {
    byte[] bytes = "中".getBytes(StandardCharsets.UTF_8);
    Tokenizer tokenizer =
        new FakeTokenizer(List.of(), List.of(new byte[] {bytes[0]}, new byte[] {bytes[1]}));
    Detokenizer detokenizer = new Detokenizer(tokenizer, true);
    assertEquals("", detokenizer.accept(0));
    assertEquals("", detokenizer.accept(1));
    assertEquals("\uFFFD", detokenizer.finish());
    assertEquals("", detokenizer.finish());
  }

  @Test
  void theReplacementCharacterItselfIsText() {
    Tokenizer tokenizer = new FakeTokenizer(List.of(), List.of(utf8("\uFFFD"), utf8("a")));
    assertEquals("\uFFFDa\uFFFD\uFFFDa\uFFFD", new Run(tokenizer).of(0, 1, 0, 0, 1, 0));
  }

  @Test
  void specialTokensAreTextOnlyIfAskedFor() {
    Tokenizer tokenizer = new FakeTokenizer(List.of("<s>"), List.of(utf8("a")));
    Detokenizer shown = new Detokenizer(tokenizer, false);
    assertEquals("a<s>a", shown.accept(1) + shown.accept(0) + shown.accept(1));
    assertEquals("aa", new Run(tokenizer).of(1, 0, 1));
  }

  @Test
  void idsBeyondTheVocabularyAreNoText() {
    Tokenizer tokenizer = new FakeTokenizer(List.of(), List.of(utf8("a")));
    assertEquals("aa", new Run(tokenizer).of(0, 7, 0));
  }

  @Test
  void aTokenCostsTheSameHoweverLongTheAnswerIs() {
    // Tokens that each complete a character and begin the next, bytes that form none, and none.
    byte[] a = utf8("中");
    List<byte[]> tokens =
        List.of(
            new byte[] {a[0]},
            new byte[] {a[1], a[2], a[0]},
            new byte[] {(byte) 0x80},
            new byte[0],
            utf8("x"));
    for (int[] pattern : new int[][] {{1}, {2}, {3}, {4}, {0, 2, 2, 3}}) {
      CountingTokenizer tokenizer = new CountingTokenizer(new FakeTokenizer(List.of(), tokens));
      Detokenizer detokenizer = new Detokenizer(tokenizer.tokenizer(), true);
      StringBuilder text = new StringBuilder(detokenizer.accept(0));
      for (int i = 0; i < 5000; i++) {
        text.append(detokenizer.accept(pattern[i % pattern.length]));
      }
      text.append(detokenizer.finish());
      assertTrue(tokenizer.longest() < 64, Arrays.toString(pattern));
      if (pattern[0] == 1) {
        assertEquals("中".repeat(5000) + "\uFFFD", text.toString());
      }
    }
  }

  private String detokenize(Tokenizer tokenizer, int[] ids) {
    Detokenizer detokenizer = new Detokenizer(tokenizer, true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String piece = detokenizer.accept(id);
      assertFalse(piece.contains("\uFFFD"), piece);
      assertFalse(
          !piece.isEmpty() && Character.isHighSurrogate(piece.charAt(piece.length() - 1)), piece);
      text.append(piece);
    }
    return text.append(detokenizer.finish()).toString();
  }

  /** Decodes ids one by one. */
  private record Run(Tokenizer tokenizer) {
    String of(int... ids) {
      Detokenizer detokenizer = new Detokenizer(tokenizer, true);
      StringBuilder text = new StringBuilder();
      for (int id : ids) {
        text.append(detokenizer.accept(id));
      }
      return text.append(detokenizer.finish()).toString();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Cuts the bytes of a text anywhere. */
  private static List<byte[]> cut(String text, Random random) {
    byte[] bytes = utf8(text);
    List<byte[]> tokens = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(4));
      tokens.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
    return tokens;
  }
}
