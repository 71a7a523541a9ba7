package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.json.Problems;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /v1/models/unload}: takes a model out of routing, lets its requests finish, closes it.
 *
 * @param manager the models
 */
public record UnloadEndpoint(ModelManager manager) implements DirectEndpoint {
  @Override
  public void answer(Fields body, OutputStream out) {
    String name =
        body.text("name").orElseThrow(() -> Problems.missing("name", "the name of a served model"));
    body.refuseUnknown();
    manager.unload(name);
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("unloaded", name);
      json.writeEndObject();
    }
  }
}
