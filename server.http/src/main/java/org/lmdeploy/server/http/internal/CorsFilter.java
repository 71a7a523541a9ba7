package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import org.lmdeploy.server.http.CorsOptions;

/**
 * Lets pages of other origins call, and answers the question with which browsers begin.
 *
 * @param options who may call
 */
record CorsFilter(CorsOptions options) implements Handler {
  private static final String ALL = "*";
  private static final String ALL_METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
  private static final String PREFLIGHT_SECONDS = "600";

  @Override
  public void handle(Context context) {
    String origin = context.header("Origin");
    if (origin == null) {
      return;
    }
    boolean all = options.origins().contains(ALL);
    boolean allowed = all || options.origins().contains(origin);
    if (allowed) {
      // with credentials browsers want the origin itself, and caches must know that it matters
      boolean named = !all || options.credentials();
      context.header("Access-Control-Allow-Origin", named ? origin : ALL);
      if (named) {
        context.header("Vary", "Origin");
      }
      context.header("Access-Control-Expose-Headers", RequestIds.HEADER);
      if (options.credentials()) {
        context.header("Access-Control-Allow-Credentials", "true");
      }
    }
    if (context.method() == HandlerType.OPTIONS
        && context.header("Access-Control-Request-Method") != null) {
      preflight(context, allowed);
    }
  }

  private void preflight(Context context, boolean allowed) {
    if (allowed) {
      context.header(
          "Access-Control-Allow-Methods",
          options.methods().contains(ALL) ? ALL_METHODS : String.join(", ", options.methods()));
      String asked = context.header("Access-Control-Request-Headers");
      String headers =
          options.headers().contains(ALL) ? asked : String.join(", ", options.headers());
      if (headers != null) {
        context.header("Access-Control-Allow-Headers", headers);
      }
      context.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    }
    context.status(allowed ? 204 : 403);
    context.skipRemainingHandlers();
  }
}
