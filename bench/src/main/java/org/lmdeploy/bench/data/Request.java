package org.lmdeploy.bench.data;

import java.util.Objects;
import java.util.Optional;

/**
 * A request of a benchmark, complete before the clock starts.
 *
 * @param promptIds the prompt; not to be changed
 * @param promptText the prompt as text, for servers that take no ids
 * @param outputTokens tokens that the answer must have
 */
public record Request(int[] promptIds, Optional<String> promptText, int outputTokens) {
  /** Checks that there is something to do. */
  public Request {
    Objects.requireNonNull(promptText, "promptText");
    if (promptIds.length < 1 || outputTokens < 1) {
      throw new IllegalArgumentException("a request needs prompt ids and output tokens");
    }
  }

  /** A request of ids alone. */
  public static Request of(int[] promptIds, int outputTokens) {
    return new Request(promptIds, Optional.empty(), outputTokens);
  }

  /** Prompt and answer. */
  public int totalTokens() {
    return promptIds.length + outputTokens;
  }

  /** The same with another number of output tokens. */
  public Request withOutput(int tokens) {
    return new Request(promptIds, promptText, tokens);
  }
}
