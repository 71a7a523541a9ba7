package org.lmdeploy.api.error;

/** A parameter, a message or an image of a request is wrong. */
public final class InvalidRequestException extends LmDeployException {
  /** An error without a cause. */
  public InvalidRequestException(String message) {
    super(ErrorCode.INVALID_REQUEST, message);
  }

  /**
   * @param parameter the request field or option that is to blame
   */
  public InvalidRequestException(String parameter, String message) {
    super(ErrorCode.INVALID_REQUEST, message, parameter, null);
  }

  /**
   * @param parameter the request field or option that is to blame, or null
   */
  public InvalidRequestException(String parameter, String message, Throwable cause) {
    super(ErrorCode.INVALID_REQUEST, message, parameter, cause);
  }
}
