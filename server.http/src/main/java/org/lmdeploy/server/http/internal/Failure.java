package org.lmdeploy.server.http.internal;

import io.javalin.http.HttpResponseException;
import java.io.OutputStream;
import java.util.Optional;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.server.http.openai.ErrorJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told about an exception.
 *
 * @param status the HTTP status
 * @param code the stable code
 * @param message what was wrong and what would be right
 * @param parameter the field that is to blame
 */
record Failure(int status, String code, String message, Optional<String> parameter) {
  private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

  /**
   * Defects of this program are logged here, with the request's id; clients are not told their
   * inner workings.
   */
  static Failure of(Throwable e, String requestId) {
    return switch (e) {
      case LmDeployException ours -> {
        if (ours.code() == ErrorCode.INTERNAL || ours.code() == ErrorCode.DEVICE_FAILURE) {
          LOG.error("request {} failed", requestId, e);
        }
        yield new Failure(
            ours.code().httpStatus(), ours.code().code(), ours.getMessage(), ours.parameter());
      }
      case HttpProblem http ->
          new Failure(http.status(), http.code(), http.getMessage(), Optional.empty());
      case HttpResponseException javalin ->
          new Failure(
              javalin.getStatus(), "invalid_request_error", javalin.getMessage(), Optional.empty());
      default -> {
        LOG.error("request {} failed", requestId, e);
        yield new Failure(
            ErrorCode.INTERNAL.httpStatus(),
            ErrorCode.INTERNAL.code(),
            "the server failed to answer; its log says why",
            Optional.empty());
      }
    };
  }

  void writeTo(OutputStream out) {
    ErrorJson.write(out, status, code, message, parameter);
  }
}
