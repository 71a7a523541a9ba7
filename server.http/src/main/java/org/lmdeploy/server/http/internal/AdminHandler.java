package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.JsonBody;

/**
 * Changes what the server does, if callers may. It does not count as a question, so that it works
 * on a server that is full.
 *
 * @param allowed whether callers may
 * @param flag the server's flag that lets them
 * @param endpoint what is done
 * @param bodies takes the bodies
 * @param json parses them
 */
record AdminHandler(
    boolean allowed, String flag, DirectEndpoint endpoint, RequestBodies bodies, JsonBody json)
    implements Handler {
  @Override
  public void handle(Context context) throws IOException {
    require(context, allowed, flag);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    endpoint.answer(json.parse(bodies.read(context.req())), answer);
    Responses.json(context.res(), HttpServletResponse.SC_OK, answer);
  }

  /** Refuses what the server was not started for. */
  static void require(Context context, boolean allowed, String flag) {
    if (!allowed) {
      throw new HttpProblem(
          HttpProblem.NOT_IMPLEMENTED,
          "unsupported_feature",
          context.path() + " is off; the server must be started with " + flag);
    }
  }
}
