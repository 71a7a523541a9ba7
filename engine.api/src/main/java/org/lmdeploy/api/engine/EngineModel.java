package org.lmdeploy.api.engine;

import org.osgi.annotation.versioning.ProviderType;

/** An open model: takes requests from many threads and runs them in one continuous batch. */
@ProviderType
public interface EngineModel extends AutoCloseable {
  /**
   * Queues a request.
   *
   * @throws org.lmdeploy.api.error.ContextLengthExceededException if the prompt leaves no room for
   *     an answer
   * @throws org.lmdeploy.api.error.InvalidRequestException if ids or parameters are wrong
   * @throws org.lmdeploy.api.error.UnavailableException if the model is closing or its device
   *     failed
   */
  GenerationStream submit(GenerationRequest request);

  /** Most tokens of a sequence, prompt and answer. */
  int sessionLen();

  /** The memory plan that it was opened with. */
  MemoryPlan plan();

  /** Counts of this moment. */
  EngineStats stats();

  /**
   * Ends all requests with {@link org.lmdeploy.api.error.UnavailableException}, frees everything.
   */
  @Override
  void close();
}
