package org.lmdeploy.server.http.anthropic;

import java.io.OutputStream;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.json.Unicode;
import tools.jackson.core.JsonGenerator;

/** Errors as Anthropic's clients expect them. */
public final class MessagesErrorJson {
  private MessagesErrorJson() {}

  /** Writes an error, as a response or as an event. */
  public static void write(OutputStream out, RequestError error) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("type", "error");
      json.writeName("error");
      json.writeStartObject();
      json.writeStringProperty("type", type(error.status()));
      json.writeStringProperty("message", Unicode.wellFormed(error.message()));
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }
}
