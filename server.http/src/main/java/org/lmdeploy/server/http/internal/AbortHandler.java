package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonBody;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/**
 * LMDeploy's {@code /abort_request}: ends the questions of a session, the one with an id, or all.
 * It does not count as a question itself, so that it works on a server that is full.
 *
 * @param enabled whether callers may end the requests of others
 * @param inFlight the questions that are being answered
 * @param bodies takes the bodies
 * @param json parses them
 */
record AbortHandler(boolean enabled, InFlight inFlight, RequestBodies bodies, JsonBody json)
    implements Handler {
  @Override
  public void handle(Context context) throws IOException {
    AdminHandler.require(context, enabled, "--enable-abort-handling");
    Fields body = json.parse(bodies.read(context.req()));
    Predicate<Exchange> which = which(body);
    String message = body.text("abort_message").orElse("the request was aborted by /abort_request");
    body.refuseUnknown();
    int aborted = inFlight.abort(which, new CancelledException(message));
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (JsonGenerator generator = JsonWriting.generator(answer)) {
      generator.writeStartObject();
      generator.writeNumberProperty("aborted", aborted);
      generator.writeEndObject();
    }
    Responses.json(context.res(), HttpServletResponse.SC_OK, answer);
  }

  /** The session that a request belongs to; LMDeploy's default, -1, is none. */
  static OptionalLong session(Fields body) {
    OptionalLong session = body.integer64("session_id");
    return session.equals(OptionalLong.of(-1)) ? OptionalLong.empty() : session;
  }

  private static Predicate<Exchange> which(Fields body) {
    boolean all = body.flag("abort_all", false);
    OptionalLong session = session(body);
    Optional<String> request = body.text("request_id");
    if ((all ? 1 : 0) + (session.isPresent() ? 1 : 0) + (request.isPresent() ? 1 : 0) != 1) {
      throw new InvalidRequestException(
          "session_id", "exactly one of session_id, request_id and abort_all must be given");
    }
    if (all) {
      return exchange -> true;
    }
    return request
        .<Predicate<Exchange>>map(id -> exchange -> exchange.requestId().equals(id))
        .orElseGet(() -> exchange -> exchange.session().equals(session));
  }
}
