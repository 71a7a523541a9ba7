package org.example.interview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;

/** The exact prompts. */
class InterviewTemplateTest {
  @Test
  void aConversationIsAnInterview() {
    assertEquals(
        "A talk with Ada.\nQ: Who are you?\nA: Ada.\nQ: And why?\nA:",
        prompt(
            ChatMessage.of("system", "A talk with Ada."),
            ChatMessage.of("user", "Who are you?"),
            ChatMessage.of("assistant", "Ada."),
            ChatMessage.of("user", "And why?")));
  }

  @Test
  void anAnswerThatHasBegunIsContinued() {
    assertEquals(
        "Q: Who are you?\nA: I am",
        prompt(ChatMessage.of("user", "Who are you?"), ChatMessage.of("assistant", "I am")));
  }

  @Test
  void aRoleThatHasNoPlaceIsRefused() {
    assertThrows(InvalidRequestException.class, () -> prompt(ChatMessage.of("tool", "42")));
  }

  private static String prompt(ChatMessage... messages) {
    TemplateInput input = new TemplateInput(List.of(messages), "", "", List.of(), Map.of());
    return new InterviewTemplate()
        .render(input).stream()
            .map(piece -> ((PromptPiece.Text) piece).text())
            .collect(Collectors.joining());
  }
}
