package org.lmdeploy.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pattern of texts in which a mark does not occur, against looking for the mark. */
class FormatsTest {
  @ParameterizedTest
  @ValueSource(strings = {"<tool_call>", "<|action_start|>", "<function=", "<ab"})
  void aTextWithoutAMarkIsJustThat(String mark) {
    Pattern pattern = Pattern.compile(Formats.patternWithout(mark));
    Random random = new Random(1);
    int without = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      while (random.nextInt(5) > 0) {
        int length = random.nextInt(mark.length() + 1);
        text.append(random.nextInt(9) == 0 ? "x\n" : mark.substring(0, length));
      }
      boolean expected = text.indexOf(mark) < 0;
      without += expected ? 1 : 0;
      assertEquals(expected, pattern.matcher(text).matches(), text::toString);
    }
    assertEquals(true, without > 1000 && without < 19_000);
  }
}
