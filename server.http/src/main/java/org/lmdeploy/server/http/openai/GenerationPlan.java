package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.function.Supplier;
import org.lmdeploy.api.engine.GenerationStream;

/**
 * A request that was read and is to be answered.
 *
 * @param choices the answers that are wanted, all at the same time
 * @param stream whether the answers are sent as they are made
 * @param includeUsage whether a stream ends with the token counts
 * @param answer writes the answers
 */
public record GenerationPlan(
    List<Choice> choices, boolean stream, boolean includeUsage, AnswerWriter answer) {
  /** Copies the list. */
  public GenerationPlan {
    choices = List.copyOf(choices);
  }

  /**
   * One answer.
   *
   * @param prompt which of the request's prompts it answers; choices of one prompt share its count
   * @param echo text that stands before the answer, maybe empty
   * @param open queues the request
   */
  public record Choice(int prompt, String echo, Supplier<GenerationStream> open) {}
}
