package org.lmdeploy.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.runtime.OpenAiMessages;

/**
 * A question: text, text with images, or a whole conversation.
 *
 * @param messages the conversation
 */
public record Prompt(List<ChatMessage> messages) {
  /** Copies the list. */
  public Prompt {
    messages = List.copyOf(messages);
  }

  /** A text with any number of images. */
  public static Prompt of(String text, Image... images) {
    return of(text, List.of(images));
  }

  /** A text with any number of images. */
  public static Prompt of(String text, List<Image> images) {
    List<ContentPart> parts = new ArrayList<>();
    images.forEach(image -> parts.add(image.part()));
    parts.add(new TextPart(text));
    return new Prompt(List.of(new ChatMessage("user", parts)));
  }

  /**
   * A conversation in OpenAI's form: maps with {@code role} and {@code content}.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException naming the place of the first mistake
   */
  public static Prompt messages(List<Map<String, Object>> messages) {
    return new Prompt(OpenAiMessages.parse(messages));
  }
}
