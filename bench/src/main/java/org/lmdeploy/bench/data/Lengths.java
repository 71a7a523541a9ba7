package org.lmdeploy.bench.data;

/**
 * How long a request is.
 *
 * @param prompt tokens of the prompt
 * @param output tokens of the answer
 */
public record Lengths(int prompt, int output) {
  private static final int LEAST = 4;
  private static final int MOST_PROMPT = 1024;
  private static final int MOST = 2048;

  /** Checks that there is something to do. */
  public Lengths {
    if (prompt < 1 || output < 1) {
      throw new IllegalArgumentException(
          "a request of " + prompt + " prompt and " + output + " output tokens cannot be");
    }
  }

  /** Prompt and answer. */
  public int total() {
    return prompt + output;
  }

  /** LMDeploy's filter of ShareGPT: neither tiny nor long. */
  public static boolean passes(int prompt, int output) {
    return prompt >= LEAST && output >= LEAST && prompt <= MOST_PROMPT && prompt + output <= MOST;
  }
}
