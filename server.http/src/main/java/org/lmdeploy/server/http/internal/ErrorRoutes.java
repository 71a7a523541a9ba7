package org.lmdeploy.server.http.internal;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.anthropic.AnthropicPaths;
import org.lmdeploy.server.http.anthropic.MessagesErrorJson;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.openai.ErrorJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into the error object of the protocol that the path belongs to. */
final class ErrorRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorRoutes.class);

  /** Statuses of refusals that end by themselves. */
  private static final Set<Integer> FOR_NOW = Set.of(429, 503);

  private ErrorRoutes() {}

  static void configure(JavalinConfig config) {
    config.http.prefer405over404 = true;
    config.routes.exception(Exception.class, (e, context) -> send(context, e));
    config.routes.exception(EndpointNotFound.class, (e, context) -> notFound(context));
    config.routes.exception(MethodNotAllowedResponse.class, ErrorRoutes::notAllowed);
    config.router.javaLangErrorHandler((response, error) -> send("", response, error));
  }

  private static void notFound(Context context) {
    String path = Problems.shown(context.path());
    send(
        context,
        new HttpProblem(
            HttpProblem.NOT_FOUND, "not_found", "there is nothing at " + path + "; see /"));
  }

  private static void notAllowed(MethodNotAllowedResponse e, Context context) {
    String allowed = String.join(", ", e.getDetails().values());
    context.header("Allow", allowed);
    send(
        context,
        new HttpProblem(
            HttpProblem.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            context.method() + " is not possible at " + context.path() + "; use " + allowed));
  }

  /** Sends what a client is told about an exception, unless another answer has begun. */
  static void send(Context context, Throwable e) {
    send(context.path(), context.res(), e);
  }

  private static void send(String path, HttpServletResponse response, Throwable e) {
    RequestError failure = Failure.of(e, RequestIds.of(response));
    if (response.isCommitted()) {
      return; // a part of another answer is on its way; its end is all that can be told now
    }
    try {
      response.resetBuffer();
      if (FOR_NOW.contains(failure.status())) {
        response.setHeader("Retry-After", "1");
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      if (AnthropicPaths.include(path)) {
        MessagesErrorJson.write(body, failure);
      } else {
        ErrorJson.write(body, failure);
      }
      Responses.json(response, failure.status(), body);
    } catch (IOException gone) {
      LOG.debug("the client went away before it was told of an error", gone);
    }
  }
}
