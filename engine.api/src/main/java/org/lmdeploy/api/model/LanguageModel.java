package org.lmdeploy.api.model;

import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;

/** A decoder. */
@ConsumerType
public interface LanguageModel {
  /**
   * Computes one step: writes the new tokens' keys and values into the cache and returns logits.
   *
   * @return [step.logitRows().length, vocabulary], in the current frame
   */
  Tensor forward(StepBatch step, KvCache cache, Ops ops);
}
