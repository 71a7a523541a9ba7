package org.lmdeploy.api.error;

/** No model of that name is served, or nothing is found at that path. */
public final class ModelNotFoundException extends LmDeployException {
  /** An error without a cause. */
  public ModelNotFoundException(String message) {
    super(ErrorCode.MODEL_NOT_FOUND, message);
  }

  /** An error with the cause behind it. */
  public ModelNotFoundException(String message, Throwable cause) {
    super(ErrorCode.MODEL_NOT_FOUND, message, cause);
  }
}
