package org.lmdeploy.api.ops;

import java.util.List;
import org.lmdeploy.api.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs the steps of one model on a device: forward pass and drawing of tokens, in the order in
 * which they are started. A device that works beside the processor lets steps be started before
 * earlier ones are finished; a token that an unfinished step draws is named by {@link
 * StepBatch#drawn}. One thread at a time.
 */
@ProviderType
public interface StepRunner extends AutoCloseable {
  /** A model's forward pass, as {@code LanguageModel} has it. */
  @FunctionalInterface
  interface Forward {
    /** Logits [step.logitRows().length, vocabulary], in the current frame. */
    Tensor forward(StepBatch step, KvCache cache, Ops ops);
  }

  /** The tokens of a step that was started. */
  @FunctionalInterface
  interface Drawing {
    /**
     * Waits for the step.
     *
     * @return a token for each row that was to be drawn, in order
     * @throws org.lmdeploy.api.error.DeviceFailureException if the device failed
     */
    List<SampledToken> await();
  }

  /**
   * The greatest sizes that steps will have.
   *
   * @param sequences sequences of a step
   * @param tokens new tokens of a step
   * @param context tokens of a sequence
   */
  record Limits(int sequences, int tokens, int context) {}

  /** How many steps may be unfinished when another is started: 0 on a host device. */
  int ahead();

  /**
   * Starts a step. The steps' results are to be awaited in the order of the starts.
   *
   * @param rows how a token is drawn for each of the step's logit rows, or empty if none is. A
   *     token among the step's inputs that {@link StepBatch#drawn} names is one more of its row's
   *     {@code seen} and {@code generated} ids, in which the caller could not list it
   */
  Drawing start(StepBatch step, List<SamplingRow> rows);

  /** Waits for what was started and frees what was taken. */
  @Override
  void close();

  /** Steps that are computed by the thread that starts them. */
  static StepRunner direct(Forward forward, KvCache cache, Ops ops) {
    return new DirectSteps(forward, cache, ops);
  }
}
