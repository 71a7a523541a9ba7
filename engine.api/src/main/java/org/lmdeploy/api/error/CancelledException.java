package org.lmdeploy.api.error;

/** The request was cancelled by its caller. */
public final class CancelledException extends LmDeployException {
  /** An error without a cause. */
  public CancelledException(String message) {
    super(ErrorCode.CANCELLED, message);
  }

  /** An error with the cause behind it. */
  public CancelledException(String message, Throwable cause) {
    super(ErrorCode.CANCELLED, message, cause);
  }
}
