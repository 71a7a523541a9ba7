package org.lmdeploy.api.template;

/** A piece of a rendered prompt: text, or the place of an image. */
public sealed interface PromptPiece {
  /**
   * Some text, special tokens included.
   *
   * @param text the text
   */
  record Text(String text) implements PromptPiece {}

  /**
   * The place of an image.
   *
   * @param index which image of the conversation, counted from 0 over all messages
   */
  record Image(int index) implements PromptPiece {}
}
