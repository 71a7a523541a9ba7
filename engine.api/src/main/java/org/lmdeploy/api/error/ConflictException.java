package org.lmdeploy.api.error;

/** The request is right, but not now: what it needs for itself is in use. */
public final class ConflictException extends LmDeployException {
  /**
   * @param parameter the request field or option that names what is in use
   */
  public ConflictException(String parameter, String message) {
    super(ErrorCode.CONFLICT, message, parameter, null);
  }
}
