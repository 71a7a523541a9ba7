package org.lmdeploy.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.error.InvalidRequestException;

class OpenAiMessagesTest {
  @Test
  void readsTextAndImagesInOrder() {
    Map<String, Object> image =
        Map.of(
            "type",
            "image_url",
            "image_url",
            Map.of("url", "data:x", "detail", "low", "max_dynamic_patch", 3));
    List<ChatMessage> messages =
        OpenAiMessages.parse(
            List.of(
                Map.of("role", "developer", "content", "be kind"),
                Map.of(
                    "role",
                    "user",
                    "content",
                    List.of(
                        Map.of("type", "text", "text", "a"),
                        image,
                        Map.of("type", "text", "text", "b")))));
    assertEquals(ChatMessage.of("system", "be kind"), messages.get(0));
    assertEquals(
        List.of(
            new TextPart("a"),
            new ImagePart(new ImageSource.Url("data:x"), ImagePart.Detail.LOW, OptionalInt.of(3)),
            new TextPart("b")),
        messages.get(1).parts());
  }

  @Test
  void readsCallsAndTheirAnswers() {
    Map<String, Object> call =
        Map.of("id", "c1", "function", Map.of("name", "add", "arguments", Map.of("a", 1)));
    List<ChatMessage> messages =
        OpenAiMessages.parse(
            List.of(
                Map.of("role", "assistant", "reasoning_content", "hm", "tool_calls", List.of(call)),
                Map.of("role", "tool", "content", "5", "tool_call_id", "c1")));
    assertEquals(
        List.of(new ToolCall("c1", "add", Map.of("a", 1))), messages.getFirst().toolCalls());
    assertEquals(Optional.of("hm"), messages.getFirst().reasoning());
    assertEquals(Optional.of("c1"), messages.getLast().toolCallId());
    refused(
        List.of(
            Map.of(
                "role",
                "assistant",
                "tool_calls",
                List.of(Map.of("id", "c", "function", Map.of("name", "add", "arguments", "{}"))))),
        "messages[0].tool_calls[0].function.arguments");
  }

  @Test
  void namesThePlaceOfAMistake() {
    refused(List.of(), "messages is empty");
    refused(List.of(1), "messages[0]: an object");
    refused(List.of(Map.of("content", "x")), "messages[0].role");
    refused(List.of(Map.of("role", "user", "content", 7)), "messages[0].content");
    refused(user(Map.of("type", "audio")), "messages[0].content[0].type: the type is audio");
    refused(user(Map.of("type", "text")), "messages[0].content[0].text");
    refused(user(Map.of("type", "image_url")), "messages[0].content[0].image_url");
    refused(
        user(Map.of("type", "image_url", "image_url", Map.of("url", "x", "detail", "huge"))),
        "detail: it is huge");
    refused(
        user(Map.of("type", "image_url", "image_url", Map.of("url", "x", "max_dynamic_patch", 0))),
        "max_dynamic_patch: it is 0");
  }

  private static List<?> user(Map<String, Object> part) {
    return List.of(Map.of("role", "user", "content", List.of(part)));
  }

  private static void refused(List<?> messages, String reason) {
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> OpenAiMessages.parse(messages));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
