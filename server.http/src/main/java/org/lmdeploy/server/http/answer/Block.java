package org.lmdeploy.server.http.answer;

/** A stretch of an answer of one kind, complete. */
public sealed interface Block {
  /**
   * Content.
   *
   * @param text not empty
   */
  record Text(String text) implements Block {}

  /**
   * Reasoning.
   *
   * @param text not empty
   */
  record Reasoning(String text) implements Block {}

  /**
   * A call of a tool.
   *
   * @param function the function
   * @param arguments a JSON object, unless the call is malformed
   * @param malformed whether it is
   */
  record Call(String function, String arguments, boolean malformed) implements Block {}
}
