package org.lmdeploy.server.http.internal;

/** A request that is wrong as HTTP already, before anybody asks what it wants. */
final class HttpProblem extends RuntimeException {
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int REQUEST_TIMEOUT = 408;
  static final int CONTENT_TOO_LARGE = 413;
  static final int UNSUPPORTED_MEDIA_TYPE = 415;
  static final int NOT_IMPLEMENTED = 501;
  static final int GATEWAY_TIMEOUT = 504;

  private final int status;
  private final String code;

  HttpProblem(int status, String code, String message) {
    this(status, code, message, null);
  }

  HttpProblem(int status, String code, String message, Exception cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
