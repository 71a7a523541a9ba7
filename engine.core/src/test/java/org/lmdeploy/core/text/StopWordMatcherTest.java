package org.lmdeploy.core.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StopWordMatcherTest {
  @Test
  void theResultDoesNotDependOnThePieces() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      List<String> words = Stream.generate(() -> word(random, 4)).limit(random.nextInt(4)).toList();
      String text = word(random, 14);
      int end = Integer.MAX_VALUE;
      int start = Integer.MAX_VALUE;
      for (int i = 1; i <= text.length() && end == Integer.MAX_VALUE; i++) {
        for (String word : words) {
          if (text.substring(0, i).endsWith(word)) {
            end = i;
            start = Math.min(start, i - word.length());
          }
        }
      }
      String expected = end == Integer.MAX_VALUE ? text : text.substring(0, start);

      StopWordMatcher matcher = new StopWordMatcher(words);
      StringBuilder got = new StringBuilder();
      String stop = null;
      for (int at = 0; at < text.length() && stop == null; ) {
        int next = Math.min(text.length(), at + 1 + random.nextInt(3));
        StopWordMatcher.Result result = matcher.accept(text.substring(at, next), true);
        got.append(result.text());
        assertTrue(expected.startsWith(got.toString()), "nothing is given that is not certain");
        stop = result.stop();
        at = next;
      }
      got.append(stop == null ? matcher.finish() : "");
      assertEquals(expected, got.toString(), words + " in " + text);
      assertEquals(end == Integer.MAX_VALUE ? null : text.substring(start, end), stop);
    }
  }

  /** Few letters, so that words overlap themselves and each other. */
  private static String word(Random random, int longest) {
    StringBuilder word = new StringBuilder();
    int length = 1 + random.nextInt(longest);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(2)));
    }
    return word.toString();
  }

  @Test
  void noMoreIsHeldBackThanMayBeAStopWord() {
    StopWordMatcher matcher = new StopWordMatcher(List.of("###"));
    assertEquals("a", matcher.accept("a##", true).text());
    assertEquals("##b", matcher.accept("b#", true).text());
    assertEquals("#", matcher.finish());
  }

  @Test
  void aWordThatIsCompleteTooEarlyDoesNotCountEvenLater() {
    StopWordMatcher matcher = new StopWordMatcher(List.of("ab", "xaby"));
    assertEquals("", matcher.accept("xab", false).text());
    StopWordMatcher.Result result = matcher.accept("z", true);
    assertEquals("xabz", result.text());
    assertEquals(null, result.stop());
    matcher.accept("xab", false);
    assertEquals("xaby", matcher.accept("y", true).stop());
  }

  @Test
  void itSaysWhetherThePieceBeganBeforeTheWord() {
    StopWordMatcher matcher = new StopWordMatcher(List.of("ab"));
    assertTrue(matcher.accept("xab", true).withinPiece());
    assertFalse(matcher.accept("ab", true).withinPiece());
    matcher.accept("xa", true);
    assertFalse(matcher.accept("b", true).withinPiece());
  }
}
