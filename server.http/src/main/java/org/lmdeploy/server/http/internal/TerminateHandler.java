package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LMDeploy's {@code /terminate}: asks who started the server to end the process.
 *
 * @param allowed whether callers may
 * @param termination completed when one did
 */
record TerminateHandler(boolean allowed, CompletableFuture<Void> termination) implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(TerminateHandler.class);

  @Override
  public void handle(Context context) throws IOException {
    AdminHandler.require(context, allowed, "--allow-terminate-by-client");
    LOG.info("request {} ends the server", RequestIds.of(context.res()));
    // sent before anybody is told, who may stop this server at once
    Responses.json(context.res(), HttpServletResponse.SC_OK, new ByteArrayOutputStream());
    termination.complete(null);
  }
}
