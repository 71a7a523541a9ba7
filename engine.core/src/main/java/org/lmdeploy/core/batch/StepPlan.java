package org.lmdeploy.core.batch;

import java.util.List;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;

/**
 * What one step computes.
 *
 * @param parts the sequences of the step in order
 * @param batch the same for the model
 * @param rows for each part in order: how the log probabilities of its prompt's tokens are found,
 *     then, if it samples, how its next token is drawn
 */
record StepPlan(List<Part> parts, StepBatch batch, List<SamplingRow> rows) {
  /**
   * One sequence of a step.
   *
   * @param from position of its first new token
   * @param count its new tokens
   * @param scores how many of its prompt's tokens get a log probability
   * @param samples whether its next token is drawn: not while its prompt goes on in a later step
   */
  record Part(Sequence sequence, int from, int count, int scores, boolean samples) {
    /** Its tokens in the KV cache after the step. */
    int end() {
      return from + count;
    }
  }

  /** All sequences of the step. */
  List<Sequence> sequences() {
    return parts.stream().map(Part::sequence).toList();
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }
}
