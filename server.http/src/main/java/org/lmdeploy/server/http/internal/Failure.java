package org.lmdeploy.server.http.internal;

import io.javalin.http.HttpResponseException;
import java.util.Optional;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.server.http.answer.RequestError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is told about an exception. */
final class Failure {
  private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

  private Failure() {}

  /**
   * Defects of this program are logged here, with the request's id; clients are not told their
   * inner workings.
   */
  static RequestError of(Throwable e, String requestId) {
    return switch (e) {
      case LmDeployException ours -> {
        if (ours.code() == ErrorCode.INTERNAL || ours.code() == ErrorCode.DEVICE_FAILURE) {
          LOG.error("request {} failed", requestId, e);
        }
        yield new RequestError(
            ours.code().httpStatus(), ours.code().code(), ours.getMessage(), ours.parameter());
      }
      case HttpProblem http ->
          new RequestError(http.status(), http.code(), http.getMessage(), Optional.empty());
      case HttpResponseException javalin ->
          new RequestError(
              javalin.getStatus(), "invalid_request_error", javalin.getMessage(), Optional.empty());
      default -> {
        LOG.error("request {} failed", requestId, e);
        yield new RequestError(
            ErrorCode.INTERNAL.httpStatus(),
            ErrorCode.INTERNAL.code(),
            "the server failed to answer; its log says why",
            Optional.empty());
      }
    };
  }
}
