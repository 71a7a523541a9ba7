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
    InputStream in = request.getInputStream();
    if (request.getContentLengthLong() > maxBytes) {
      throw tooLarge(in);
    }
    try {
      byte[] body = in.readNBytes(maxBytes);
      if (body.length == maxBytes && in.read() >= 0) {
        throw tooLarge(in);
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

  /**
   * Reads on for as much again as is allowed: a client that is a little too long finishes writing,
   * reads the answer and can use its connection again.
   */
  private HttpProblem tooLarge(InputStream in) {
    Exception cause = null;
    try {
      byte[] unread = new byte[8192];
      int read = 0;
      for (long left = maxBytes; left > 0 && read >= 0; left -= read) {
        read = in.read(unread);
      }
    } catch (IOException | HttpException.RuntimeException e) {
      cause = e;
    }
    return new HttpProblem(
        HttpProblem.CONTENT_TOO_LARGE,
        "request_too_large",
        "the body is too large; it may have " + maxBytes + " bytes",
        cause);
  }
}
