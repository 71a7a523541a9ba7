package org.lmdeploy.api.error;

/** The request or the model needs something that no loaded bundle offers. */
public final class UnsupportedFeatureException extends LmDeployException {
  /** An error without a cause. */
  public UnsupportedFeatureException(String message) {
    super(ErrorCode.UNSUPPORTED_FEATURE, message);
  }

  /**
   * @param parameter the request field or option that is to blame
   */
  public UnsupportedFeatureException(String parameter, String message) {
    super(ErrorCode.UNSUPPORTED_FEATURE, message, parameter, null);
  }

  /**
   * @param parameter the request field or option that is to blame, or null
   */
  public UnsupportedFeatureException(String parameter, String message, Throwable cause) {
    super(ErrorCode.UNSUPPORTED_FEATURE, message, parameter, cause);
  }
}
