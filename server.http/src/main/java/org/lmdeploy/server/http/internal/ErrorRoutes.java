package org.lmdeploy.server.http.internal;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.lmdeploy.server.http.json.Problems;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into OpenAI's error object. */
final class ErrorRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorRoutes.class);

  /** Statuses of refusals that end by themselves. */
  private static final Set<Integer> FOR_NOW = Set.of(429, 503);

  private ErrorRoutes() {}

  static void configure(JavalinConfig config) {
    config.http.prefer405over404 = true;
    config.routes.exception(Exception.class, (e, context) -> send(context.res(), e));
    config.routes.exception(EndpointNotFound.class, (e, context) -> notFound(context));
    config.routes.exception(MethodNotAllowedResponse.class, ErrorRoutes::notAllowed);
    config.router.javaLangErrorHandler((response, error) -> send(response, error));
  }

  private static void notFound(Context context) {
    String path = Problems.shown(context.path());
    send(
        context.res(),
        new HttpProblem(
            HttpProblem.NOT_FOUND, "not_found", "there is nothing at " + path + "; see /"));
  }

  private static void notAllowed(MethodNotAllowedResponse e, Context context) {
    String allowed = String.join(", ", e.getDetails().values());
    context.header("Allow", allowed);
    send(
        context.res(),
        new HttpProblem(
            HttpProblem.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            context.method() + " is not possible at " + context.path() + "; use " + allowed));
  }

  /** Sends what a client is told about an exception, unless another answer has begun. */
  static void send(HttpServletResponse response, Throwable e) {
    Failure failure = Failure.of(e, RequestIds.of(response));
    if (response.isCommitted()) {
      return; // a part of another answer is on its way; its end is all that can be told now
    }
    try {
      response.resetBuffer();
      if (FOR_NOW.contains(failure.status())) {
        response.setHeader("Retry-After", "1");
      }
      Responses.error(
          response, failure.status(), failure.code(), failure.message(), failure.parameter());
    } catch (IOException gone) {
      LOG.debug("the client went away before it was told of an error", gone);
    }
  }
}
