package org.lmdeploy.core.batch;

import java.util.List;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;

/**
 * What one step computes.
 *
 * @param parts the sequences of the step in order
 * @param batch the same for the model
 * @param rows how the next token is drawn for each part that samples, in order
 */
record StepPlan(List<Part> parts, StepBatch batch, List<SamplingRow> rows) {
  /**
   * One sequence of a step.
   *
   * @param from position of its first new token
   * @param count its new tokens
   * @param samples whether its next token is drawn: not while its prompt goes on in a later step
   */
  record Part(Sequence sequence, int from, int count, boolean samples) {
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
