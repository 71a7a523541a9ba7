package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.json.Unicode;
import tools.jackson.core.JsonGenerator;

/** Errors as OpenAI's clients expect them. */
public final class ErrorJson {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private ErrorJson() {}

  /** Writes an error. */
  public static void write(OutputStream out, RequestError error) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeName("error");
      json.writeStartObject();
      // messages quote requests
      json.writeStringProperty("message", Unicode.wellFormed(error.message()));
      json.writeStringProperty("type", type(error.status()));
      if (error.parameter().isPresent()) {
        json.writeStringProperty("param", Unicode.wellFormed(error.parameter().get()));
      } else {
        json.writeNullProperty("param");
      }
      json.writeStringProperty("code", error.code());
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static String type(int status) {
    if (status >= SERVER_ERRORS) {
      return "server_error";
    }
    return status == TOO_MANY_REQUESTS ? "rate_limit_error" : "invalid_request_error";
  }
}
