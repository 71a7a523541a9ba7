package org.lmdeploy.api.error;

import java.util.Objects;
import java.util.Optional;

/**
 * An error that a person can act on: its message says what was wrong, where, and what would be
 * right. Everything that this platform refuses or fails to do is reported by one of these.
 */
public class LmDeployException extends RuntimeException {
  private final ErrorCode code;
  private final String parameter;

  /** An error without a parameter or a cause. */
  public LmDeployException(ErrorCode code, String message) {
    this(code, message, null, null);
  }

  /** An error with its cause. */
  public LmDeployException(ErrorCode code, String message, Throwable cause) {
    this(code, message, null, cause);
  }

  /**
   * @param parameter the request field or option that is to blame, or null
   * @param cause the error behind this one, or null
   */
  public LmDeployException(ErrorCode code, String message, String parameter, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.parameter = parameter;
  }

  /** The stable code. */
  public final ErrorCode code() {
    return code;
  }

  /** The request field or option that is to blame. */
  public final Optional<String> parameter() {
    return Optional.ofNullable(parameter);
  }
}
