package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Texts and ids at the edges, threads, and the end of a tokenizer. */
final class TextTest {
  @TempDir Path path;

  @Test
  void loneSurrogatesBecomeReplacementCharacters() {
    assertEquals("a\uFFFDb\uFFFD", WellFormed.text("a\uD83Db\uDE00"));
    String fine = "a😀";
    assertSame(fine, WellFormed.text(fine));
    try (Tokenizer tokenizer = open()) {
      assertArrayEquals(tokenizer.encode("a\uFFFDb", false), tokenizer.encode("a\uD83Db", false));
    }
  }

  @Test
  void idsOutsideTheVocabularyAreNamed() {
    try (Tokenizer tokenizer = open()) {
      int size = tokenizer.vocabSize();
      for (int id : new int[] {-1, size, Integer.MAX_VALUE}) {
        String decoding = message(() -> tokenizer.decode(new int[] {3, id}, true));
        assertEquals(
            "token id " + id + " is not in the vocabulary; ids from 0 to " + (size - 1) + " are",
            decoding);
        assertEquals(decoding, message(() -> tokenizer.token(id)));
        assertEquals(decoding, message(() -> tokenizer.isSpecial(id)));
        assertEquals(decoding, message(() -> tokenizer.tokenBytes(id)));
      }
      assertEquals("", tokenizer.decode(new int[0], false));
    }
  }

  @Test
  void manyThreadsUseOneTokenizer() throws Exception {
    try (Tokenizer tokenizer = open();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> tasks =
          IntStream.range(0, 64)
              .<Callable<Boolean>>mapToObj(i -> () -> roundTrip(tokenizer, i))
              .toList();
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertEquals(true, result.get());
      }
    }
  }

  @Test
  void aClosedTokenizerSaysSo() {
    Tokenizer tokenizer = open();
    tokenizer.close();
    tokenizer.close();
    assertThrows(UnavailableException.class, () -> tokenizer.encode("a", false));
    assertThrows(UnavailableException.class, () -> tokenizer.decode(new int[] {1}, false));
  }

  private static boolean roundTrip(Tokenizer tokenizer, int i) {
    String text = "The circle number " + i + " 😀 ".repeat(i);
    return text.equals(tokenizer.decode(tokenizer.encode(text, true), true));
  }

  private static String message(Runnable call) {
    return assertThrows(InvalidRequestException.class, call::run).getMessage();
  }

  private Tokenizer open() {
    return new ModelFolder(path).withSentencePiece("bpe.model").open();
  }
}
