package org.lmdeploy.api.template;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lmdeploy.api.chat.ChatMessage;

/**
 * What a chat template renders.
 *
 * @param messages the conversation; if the last message is the assistant's, the prompt continues it
 * @param imageMarker what the checkpoint's own templates print for an image, for example {@code
 *     <image>}; empty for models without images
 * @param imagePrefix what LMDeploy's built-in templates put at the front of a message for one
 *     image, with {@code <IMAGE_TOKEN>} for the image; empty for models without images
 * @param tools JSON objects of the tools that the model may call
 * @param variables further variables for a Jinja template ({@code chat_template_kwargs}), and
 *     {@code bos_token}, {@code eos_token} of the tokenizer
 */
public record TemplateInput(
    List<ChatMessage> messages,
    String imageMarker,
    String imagePrefix,
    List<Map<String, Object>> tools,
    Map<String, Object> variables) {
  /** Copies the lists. */
  public TemplateInput {
    messages = List.copyOf(messages);
    Objects.requireNonNull(imageMarker, "imageMarker");
    Objects.requireNonNull(imagePrefix, "imagePrefix");
    tools = List.copyOf(tools);
    variables = Map.copyOf(variables);
  }
}
