package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Gives every request an id: the client's {@code X-Request-Id} where it can stand in a log line,
 * else a new one. The response carries it, and the log names it.
 */
final class RequestIds implements Handler {
  static final String HEADER = "X-Request-Id";
  private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

  @Override
  public void handle(Context context) {
    String id = choose(context.header(HEADER));
    context.header(HEADER, id);
    MDC.put("request_id", id); // the thread's next request puts its own
  }

  /** The id that a client gave, or a new one. */
  static String choose(String given) {
    return given != null && FIT.matcher(given).matches() ? given : create();
  }

  private static String create() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return "req_" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  /** The id of the request that a response answers. */
  static String of(HttpServletResponse response) {
    String id = response.getHeader(HEADER);
    return id == null ? "-" : id; // refused before there was a request
  }
}
