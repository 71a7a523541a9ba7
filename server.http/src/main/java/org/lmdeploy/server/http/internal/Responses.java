package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.lmdeploy.server.http.openai.ErrorJson;

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

  static void error(
      HttpServletResponse response,
      int status,
      String code,
      String message,
      Optional<String> parameter)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ErrorJson.write(body, status, code, message, parameter);
    json(response, status, body);
  }
}
