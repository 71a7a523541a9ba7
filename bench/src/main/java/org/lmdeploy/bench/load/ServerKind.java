package org.lmdeploy.bench.load;

/** Kinds of servers that speak OpenAI's protocol, under their names on the command line. */
public enum ServerKind {
  /** LMDeploy, for Java or for Python. */
  lmdeploy(true, true, false),
  /** vLLM. */
  vllm(true, true, true),
  /** Any other: prompts are texts, and answers end when they end. */
  openai(false, false, false);

  private final boolean takesIds;
  private final boolean ignoresEos;
  private final boolean countsAlways;

  ServerKind(boolean takesIds, boolean ignoresEos, boolean countsAlways) {
    this.takesIds = takesIds;
    this.ignoresEos = ignoresEos;
    this.countsAlways = countsAlways;
  }

  /** Whether a prompt may be a list of token ids. */
  public boolean takesIds() {
    return takesIds;
  }

  /** Whether a request may say that end tokens do not end the answer. */
  public boolean ignoresEos() {
    return ignoresEos;
  }

  /** Whether each event can tell how many tokens there are so far. */
  boolean countsAlways() {
    return countsAlways;
  }
}
