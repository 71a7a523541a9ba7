package org.lmdeploy.pipeline;

import java.util.List;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.TokenLogprobs;

/**
 * An answer.
 *
 * @param text the text
 * @param tokenIds its tokens, without the end token
 * @param inputTokens tokens of the prompt, images included
 * @param generatedTokens tokens of the answer
 * @param finishReason why it ended
 * @param logprobs one entry for each token, if asked for
 */
public record Response(
    String text,
    List<Integer> tokenIds,
    int inputTokens,
    int generatedTokens,
    FinishReason finishReason,
    List<TokenLogprobs> logprobs) {
  /** Copies the lists. */
  public Response {
    tokenIds = List.copyOf(tokenIds);
    logprobs = List.copyOf(logprobs);
  }
}
