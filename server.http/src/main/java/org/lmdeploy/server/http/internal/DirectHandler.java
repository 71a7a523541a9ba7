package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.JsonBody;

/**
 * Answers questions that need no engine; they count as requests like all others.
 *
 * @param endpoint what answers
 * @param inFlight the questions that are being answered
 * @param bodies takes the bodies
 * @param json parses them
 */
record DirectHandler(
    DirectEndpoint endpoint, InFlight inFlight, RequestBodies bodies, JsonBody json)
    implements Handler {
  @Override
  public void handle(Context context) throws IOException {
    try (Exchange _ = inFlight.begin(RequestIds.of(context.res()))) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      endpoint.answer(json.parse(bodies.read(context.req())), answer);
      Responses.json(context.res(), HttpServletResponse.SC_OK, answer);
    }
  }
}
