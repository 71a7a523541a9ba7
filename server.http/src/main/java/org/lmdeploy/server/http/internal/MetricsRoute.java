package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.lmdeploy.server.http.observe.Exposition;

/**
 * {@code /metrics}.
 *
 * @param exposition what is told
 */
record MetricsRoute(Exposition exposition) implements Handler {
  @Override
  public void handle(Context context) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String type = exposition.write(context.header("Accept"), body);
    context.contentType(type).result(body.toByteArray());
  }
}
