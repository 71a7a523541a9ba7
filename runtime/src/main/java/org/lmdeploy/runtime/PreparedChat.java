package org.lmdeploy.runtime;

import java.util.List;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A conversation whose prompt and images are ready, to be answered once or several times. Safe for
 * many threads.
 */
@ProviderType
public interface PreparedChat {
  /** Tokens of the prompt. */
  int promptTokens();

  /** The last text of the prompt, behind its last image; it may have begun the answer. */
  String promptEnd();

  /**
   * Queues one answer.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if the engine refuses it
   */
  GenerationStream generate(GenerationConfig config);

  /**
   * The conversation with an answer, for it to go on.
   *
   * @param answerIds the answer's tokens
   */
  ChatHistory answered(List<Integer> answerIds);
}
