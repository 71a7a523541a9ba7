package org.lmdeploy.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.parser.AnswerPart;

/** Reasoning and content, however they are cut. */
class ThinkReasoningParserTest {
  private final ThinkReasoningParser parser = new ThinkReasoningParser();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      value = {
        // end of the prompt, answer, reasoning, content
        "assistant~|<think>~Well,~~2 < 3.~</think>~~It is 5.~|Well,~~2 < 3.|It is 5.~",
        "assistant~|<think></think>Hi|-|Hi",
        "assistant~|<think>~~</think>~~Hi|-|Hi",
        "assistant~|Hi <think>no</think>|-|Hi <think>no</think>",
        "assistant~| ~<think>a</think>b</think>|a|b</think>",
        "assistant~| ~<thin|-| ~<thin",
        "assistant~|<think>never ends </thin|never ends </thin|-",
        "assistant~<think>~|so</think>then|so|then",
        "assistant~<think>~|~so~|so|-",
        "assistant~<think>~~</think>~~|Hi|-|Hi"
      },
      delimiter = '|')
  void areCutIntoParts(String promptEnd, String text, String reasoning, String content) {
    List<AnswerPart> parts =
        Joined.of(() -> parser.start(promptEnd.replace('~', '\n')), text.replace('~', '\n'));
    List<AnswerPart> expected = new java.util.ArrayList<>();
    if (!reasoning.equals("-")) {
      expected.add(new AnswerPart.Reasoning(reasoning.replace('~', '\n')));
    }
    if (!content.equals("-")) {
      expected.add(new AnswerPart.Content(content.replace('~', '\n')));
    }
    assertEquals(expected, parts);
  }
}
