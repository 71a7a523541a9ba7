package org.lmdeploy.server.http.openai;

/** The largest lists that a request may bring; each has its own error. */
final class Limits {
  /** Answers to one prompt, as in LMDeploy. */
  static final int ANSWERS_OF_A_PROMPT = 128;

  /** Answers of a request: prompts times answers of each. */
  static final int ANSWERS = 1024;

  /** Messages of a conversation, and parts of a message. */
  static final int MESSAGES = 10_000;

  /** Tools of a request, and calls of a message. */
  static final int TOOLS = 1024;

  /** Texts that end an answer: each is looked for behind every token. */
  static final int STOP_TEXTS = 128;

  /** Texts or ids that are not generated, ids that end an answer, ids with a bias. */
  static final int WORDS = 2048;

  /** Ids of a prompt. */
  static final int PROMPT_IDS = 1 << 20;

  private Limits() {}
}
