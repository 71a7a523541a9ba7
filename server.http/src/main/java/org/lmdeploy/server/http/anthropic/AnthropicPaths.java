package org.lmdeploy.server.http.anthropic;

/** Which paths speak Anthropic's protocol; errors there have its form. */
public final class AnthropicPaths {
  /** Questions. */
  public static final String MESSAGES = "/v1/messages";

  /** The tokens of a question. */
  public static final String COUNT_TOKENS = MESSAGES + "/count_tokens";

  /** The models, where OpenAI's list does not stand. */
  public static final String MODELS = "/anthropic/v1/models";

  private AnthropicPaths() {}

  /** Whether a path is one of them, or below. */
  public static boolean include(String path) {
    return path.equals(MESSAGES)
        || path.startsWith(MESSAGES + "/")
        || path.startsWith("/anthropic/");
  }
}
