package org.lmdeploy.api.error;

/** The prompt, or the prompt with the wanted answer, is longer than the session. */
public final class ContextLengthExceededException extends LmDeployException {
  /** An error without a cause. */
  public ContextLengthExceededException(String message) {
    super(ErrorCode.CONTEXT_LENGTH_EXCEEDED, message);
  }

  /** An error with the cause behind it. */
  public ContextLengthExceededException(String message, Throwable cause) {
    super(ErrorCode.CONTEXT_LENGTH_EXCEEDED, message, cause);
  }
}
