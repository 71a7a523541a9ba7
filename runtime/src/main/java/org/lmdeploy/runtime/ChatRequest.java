package org.lmdeploy.runtime;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.GenerationConfig;

/**
 * A conversation to be answered.
 *
 * @param messages at least one
 * @param config how the answer is generated
 * @param tools JSON objects of the tools that the model may call
 * @param templateVariables variables for the chat template ({@code chat_template_kwargs})
 * @param media which addresses images may come from, and how large they may be
 */
public record ChatRequest(
    List<ChatMessage> messages,
    GenerationConfig config,
    List<Map<String, Object>> tools,
    Map<String, Object> templateVariables,
    MediaPolicy media) {
  /** Copies the lists. */
  public ChatRequest {
    messages = List.copyOf(messages);
    Objects.requireNonNull(config, "config");
    tools = List.copyOf(tools);
    templateVariables = Map.copyOf(templateVariables);
    Objects.requireNonNull(media, "media");
  }

  /** A conversation without tools or variables. */
  public static ChatRequest of(List<ChatMessage> messages, GenerationConfig config) {
    return new ChatRequest(messages, config, List.of(), Map.of(), MediaPolicy.DEFAULT);
  }
}
