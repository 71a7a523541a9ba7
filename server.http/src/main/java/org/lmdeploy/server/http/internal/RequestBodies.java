package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/**
 * Takes the bodies of requests.
 *
 * @param maxBytes the largest
 * @param patience how long a body may take, besides what its length allows
 */
record RequestBodies(int maxBytes, Duration patience) {
  /** Bytes a second below which a body is taken for one that is never to end. */
  private static final int LEAST_RATE = 8 << 10;

  private static final int BUFFER = 16 << 10;

  byte[] read(HttpServletRequest request) throws IOException {
    requireJson(request);
    InputStream in = request.getInputStream();
    if (request.getContentLengthLong() > maxBytes) {
      throw tooLarge(in);
    }
    try {
      byte[] body = read(in, request.getContentLength());
      if (body.length > maxBytes) {
        throw tooLarge(in);
      }
      return body;
    } catch (IOException | HttpException.RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** Reads to the end, or until it is too much. */
  private byte[] read(InputStream in, int expected) throws IOException {
    long start = System.nanoTime();
    ByteArrayOutputStream body = new ByteArrayOutputStream(Math.clamp(expected, 32, BUFFER));
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      body.write(buffer, 0, read);
      if (body.size() > maxBytes) {
        break;
      }
      requireProgress(System.nanoTime() - start, body.size());
    }
    return body.toByteArray();
  }

  /** A client that sends a byte now and then keeps its connection alive, but not for ever. */
  private void requireProgress(long nanos, int bytes) {
    Duration allowed = patience.plusMillis(1000L * bytes / LEAST_RATE);
    if (nanos > allowed.toNanos()) {
      throw new HttpProblem(
          HttpProblem.REQUEST_TIMEOUT,
          "request_timeout",
          "the body came too slowly: "
              + bytes
              + " bytes in "
              + TimeUnit.NANOSECONDS.toMillis(nanos)
              + " ms; it must bring at least "
              + LEAST_RATE
              + " bytes a second");
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
      byte[] unread = new byte[BUFFER];
      long end = System.nanoTime() + patience.toNanos();
      int read = 0;
      for (long left = maxBytes; left > 0 && read >= 0; left -= read) {
        read = System.nanoTime() < end ? in.read(unread) : -1;
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
