package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A hub answered with an error status. */
final class StatusException extends IOException {
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private final int status;
  private final String errorCode;
  private final Duration retryAfter;

  /**
   * @param errorCode the hub's own name of the error ({@code X-Error-Code}), or nothing
   * @param retryAfter how long the hub asks to wait, or null
   */
  StatusException(URI uri, int status, String errorCode, Duration retryAfter) {
    super(uri.getHost() + " answered with status " + status);
    this.status = status;
    this.errorCode = errorCode;
    this.retryAfter = retryAfter;
  }

  int status() {
    return status;
  }

  String errorCode() {
    return errorCode;
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether asking again may help. */
  boolean isPassing() {
    return status >= SERVER_ERROR || status == TIMEOUT || status == TOO_MANY;
  }
}
