package org.lmdeploy.api.error;

/** The files of a model are missing, damaged or contradict each other. */
public final class InvalidModelException extends LmDeployException {
  /** An error without a cause. */
  public InvalidModelException(String message) {
    super(ErrorCode.INVALID_MODEL, message);
  }

  /** An error with the cause behind it. */
  public InvalidModelException(String message, Throwable cause) {
    super(ErrorCode.INVALID_MODEL, message, cause);
  }
}
