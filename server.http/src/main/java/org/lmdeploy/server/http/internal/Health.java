package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/**
 * Whether the server can answer questions, at one moment.
 *
 * @param status {@code healthy}, {@code starting} or {@code draining}
 * @param models the served models
 */
record Health(String status, List<ServedModel> models) {
  private static final String HEALTHY = "healthy";

  static Health of(List<ServedModel> models, boolean draining) {
    return new Health(draining ? "draining" : models.isEmpty() ? "starting" : HEALTHY, models);
  }

  /** The HTTP status. */
  int httpStatus() {
    return status.equals(HEALTHY)
        ? HttpServletResponse.SC_OK
        : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
  }

  ByteArrayOutputStream json() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JsonWriting.generator(body)) {
      json.writeStartObject();
      json.writeStringProperty("status", status);
      json.writeName("models");
      json.writeStartArray();
      models.forEach(model -> json.writeString(model.name()));
      json.writeEndArray();
      json.writeEndObject();
    }
    return body;
  }
}
