package org.lmdeploy.api.error;

/** The model is being withdrawn or is not open any more. */
public final class UnavailableException extends LmDeployException {
  /** An error without a cause. */
  public UnavailableException(String message) {
    super(ErrorCode.UNAVAILABLE, message);
  }

  /** An error with the cause behind it. */
  public UnavailableException(String message, Throwable cause) {
    super(ErrorCode.UNAVAILABLE, message, cause);
  }
}
