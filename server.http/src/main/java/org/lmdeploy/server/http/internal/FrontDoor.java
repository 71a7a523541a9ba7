package org.lmdeploy.server.http.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The first to see a request. Whoever asks for {@code /health} is answered here, by a thread of the
 * connector and without waiting for a write: virtual threads share few carriers and give them up
 * only when they wait, so that one that prepares large images holds up all others. Every other
 * request goes to a virtual thread of its own.
 */
final class FrontDoor extends Handler.Wrapper {
  private final Executor threads;
  private final Supplier<Health> health;

  /**
   * @param threads run requests
   * @param health answers at once
   */
  FrontDoor(Executor threads, Supplier<Health> health) {
    this.threads = threads;
    this.health = health;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (asksForHealth(request)) {
      answer(request, response, callback);
    } else {
      threads.execute(() -> pass(request, response, callback));
    }
    return true;
  }

  /** Pages of other origins get more headers, which are given elsewhere. */
  private static boolean asksForHealth(Request request) {
    return request.getMethod().equals("GET")
        && Request.getPathInContext(request).equals("/health")
        && !request.getHeaders().contains(HttpHeader.ORIGIN);
  }

  private void answer(Request request, Response response, Callback callback) {
    Health now = health.get();
    response.setStatus(now.httpStatus());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    String id = RequestIds.choose(request.getHeaders().get(RequestIds.HEADER));
    response.getHeaders().put(RequestIds.HEADER, id);
    response.write(true, ByteBuffer.wrap(now.json().toByteArray()), callback);
  }

  private void pass(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, HttpProblem.NOT_FOUND);
      }
    } catch (Throwable e) { // whatever it was, the connection must not wait for an answer for ever
      Response.writeError(request, response, callback, e);
    }
  }
}
