package org.lmdeploy.api.engine;

import java.util.List;
import java.util.Optional;

/**
 * What a stream brings at once: new text and the tokens that it came from. Text is held back while
 * a character is incomplete or a stop word may have begun, so that a chunk may have tokens and no
 * text.
 *
 * @param text new text, maybe empty; whole characters only
 * @param tokenIds new tokens; an end token that ended the answer is not among them
 * @param logprobs one entry for each new token, if they were asked for
 * @param finishReason why the answer ended, in the last chunk
 */
public record GenerationChunk(
    String text,
    List<Integer> tokenIds,
    List<TokenLogprobs> logprobs,
    Optional<FinishReason> finishReason) {
  /** Copies the lists. */
  public GenerationChunk {
    tokenIds = List.copyOf(tokenIds);
    logprobs = List.copyOf(logprobs);
  }
}
