package org.lmdeploy.api.engine;

import java.util.List;

/**
 * A token with its log probability and the likeliest others.
 *
 * @param id the token
 * @param logprob natural logarithm of its probability
 * @param top the likeliest tokens, likeliest first
 */
public record TokenLogprobs(int id, float logprob, List<Alternative> top) {
  /** Copies the list. */
  public TokenLogprobs {
    top = List.copyOf(top);
  }

  /**
   * A likely token.
   *
   * @param id the token
   * @param logprob natural logarithm of its probability
   */
  public record Alternative(int id, float logprob) {}
}
