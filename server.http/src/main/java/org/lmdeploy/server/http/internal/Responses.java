package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Sends JSON responses; returns when all is sent. */
final class Responses {
  private Responses() {}

  static void json(HttpServletResponse response, int status, ByteArrayOutputStream body)
      throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.size());
    try (OutputStream out = response.getOutputStream()) {
      body.writeTo(out);
    }
  }
}
