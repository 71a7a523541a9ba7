package org.lmdeploy.server.http.answer;

/** A call of a tool that is collected until it is complete. */
public final class WholeCall {
  private final String function;
  private final StringBuilder arguments = new StringBuilder();

  /** A call that has begun. */
  public WholeCall(String function) {
    this.function = function;
  }

  /** Adds more of its arguments. */
  public void add(String json) {
    arguments.append(json);
  }

  /** The function that is called. */
  public String function() {
    return function;
  }

  /** Its arguments, a JSON object unless the call is malformed. */
  public String arguments() {
    return arguments.toString();
  }
}
