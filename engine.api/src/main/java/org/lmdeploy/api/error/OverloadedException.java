package org.lmdeploy.api.error;

/** More work is queued than is accepted; trying again later may succeed. */
public final class OverloadedException extends LmDeployException {
  /** An error without a cause. */
  public OverloadedException(String message) {
    super(ErrorCode.OVERLOADED, message);
  }

  /** An error with the cause behind it. */
  public OverloadedException(String message, Throwable cause) {
    super(ErrorCode.OVERLOADED, message, cause);
  }
}
