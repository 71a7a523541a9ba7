package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/**
 * Takes the bodies of requests.
 *
 * @param maxBytes the largest
 */
record RequestBodies(int maxBytes) {
  byte[] read(HttpServletRequest request) throws IOException {
    requireJson(request);
    if (request.getContentLengthLong() > maxBytes) {
      throw tooLarge();
    }
    try {
      InputStream in = request.getInputStream();
      byte[] body = in.readNBytes(maxBytes);
      if (body.length == maxBytes && in.read() >= 0) {
        throw tooLarge();
      }
      return body;
    } catch (IOException | HttpException.RuntimeException e) {
      throw unreadable(e);
    }
  }

  private static HttpProblem unreadable(Exception e) {
    return e.getCause() instanceof TimeoutException
        ? new HttpProblem(
            HttpProblem.REQUEST_TIMEOUT, "request_timeout", "the body did not arrive in time", e)
        : new HttpProblem(
            HttpProblem.BAD_REQUEST,
            "invalid_request_error",
            "the body cannot be read: " + e.getMessage(),
            e);
  }

  private static void requireJson(HttpServletRequest request) {
    String type = request.getContentType();
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json")) {
      String is = type == null ? "missing" : "\"" + type + "\"";
      throw new HttpProblem(
          HttpProblem.UNSUPPORTED_MEDIA_TYPE,
          "unsupported_media_type",
          "Content-Type is " + is + "; it must be application/json");
    }
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new HttpProblem(
          HttpProblem.UNSUPPORTED_MEDIA_TYPE,
          "unsupported_media_type",
          "Content-Encoding is \"" + encoding + "\"; send the body as it is");
    }
  }

  private HttpProblem tooLarge() {
    return new HttpProblem(
        HttpProblem.CONTENT_TOO_LARGE,
        "request_too_large",
        "the body is too large; it may have " + maxBytes + " bytes");
  }
}
