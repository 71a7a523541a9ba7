package org.lmdeploy.api.error;

/** A device failed or has too little memory. */
public final class DeviceFailureException extends LmDeployException {
  /** An error without a cause. */
  public DeviceFailureException(String message) {
    super(ErrorCode.DEVICE_FAILURE, message);
  }

  /** An error with the cause behind it. */
  public DeviceFailureException(String message, Throwable cause) {
    super(ErrorCode.DEVICE_FAILURE, message, cause);
  }
}
