package org.lmdeploy.api.chat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, {@code tool}, or what a template
 *     knows
 * @param parts text and images in order
 * @param reasoning what the assistant reasoned before the answer
 * @param toolCalls the calls of tools that an assistant's message makes
 * @param toolCallId the call that a tool's message answers
 */
public record ChatMessage(
    String role,
    List<ContentPart> parts,
    Optional<String> reasoning,
    List<ToolCall> toolCalls,
    Optional<String> toolCallId) {
  /** Copies the lists. */
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    parts = List.copyOf(parts);
    Objects.requireNonNull(reasoning, "reasoning");
    toolCalls = List.copyOf(toolCalls);
    Objects.requireNonNull(toolCallId, "toolCallId");
  }

  /** A message that has nothing to do with tools. */
  public ChatMessage(String role, List<ContentPart> parts) {
    this(role, parts, Optional.empty(), List.of(), Optional.empty());
  }

  /** A message of text alone. */
  public static ChatMessage of(String role, String text) {
    return new ChatMessage(role, List.of(new TextPart(text)));
  }

  /** A message of the user. */
  public static ChatMessage user(ContentPart... parts) {
    return new ChatMessage("user", List.of(parts));
  }

  /** The same message with other texts and images. */
  public ChatMessage withParts(List<ContentPart> otherParts) {
    return new ChatMessage(role, otherParts, reasoning, toolCalls, toolCallId);
  }

  /** The images of this message in order. */
  public List<ImagePart> images() {
    return parts.stream()
        .filter(ImagePart.class::isInstance)
        .map(ImagePart.class::cast)
        .collect(Collectors.toUnmodifiableList());
  }

  /** The texts of this message, joined without anything between them. */
  public String text() {
    return parts.stream()
        .filter(TextPart.class::isInstance)
        .map(part -> ((TextPart) part).text())
        .collect(Collectors.joining());
  }
}
