package org.lmdeploy.server.http.answer;

import java.util.List;
import java.util.function.Supplier;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.parser.AnswerReader;

/**
 * A request that was read and is to be answered.
 *
 * @param choices the answers that are wanted, all at the same time
 * @param stream whether the answers are sent as they are made
 * @param writer writes the answers in the protocol's form
 */
public record GenerationPlan(List<Choice> choices, boolean stream, AnswerWriter writer) {
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
   * @param reader makes what reads the answer, once it is queued
   */
  public record Choice(
      int prompt, String echo, Supplier<GenerationStream> open, Supplier<AnswerReader> reader) {
    /** An answer that is content and nothing else. */
    public Choice(int prompt, String echo, Supplier<GenerationStream> open) {
      this(prompt, echo, open, Readers::plain);
    }
  }
}
