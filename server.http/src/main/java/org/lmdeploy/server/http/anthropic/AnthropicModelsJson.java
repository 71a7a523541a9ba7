package org.lmdeploy.server.http.anthropic;

import java.io.OutputStream;
import java.util.List;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/** The served models in Anthropic's form. */
public final class AnthropicModelsJson {
  private AnthropicModelsJson() {}

  /** All models, on one page. */
  public static void write(OutputStream out, List<ServedModel> models) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeName("data");
      json.writeStartArray();
      for (ServedModel model : models) {
        json.writeStartObject();
        json.writeStringProperty("type", "model");
        json.writeStringProperty("id", model.name());
        json.writeStringProperty("display_name", model.name());
        json.writeStringProperty("created_at", model.loadedAt().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeBooleanProperty("has_more", false);
      writeId(json, "first_id", models.isEmpty() ? null : models.getFirst());
      writeId(json, "last_id", models.isEmpty() ? null : models.getLast());
      json.writeEndObject();
    }
  }

  private static void writeId(JsonGenerator json, String field, ServedModel model) {
    if (model == null) {
      json.writeNullProperty(field);
    } else {
      json.writeStringProperty(field, model.name());
    }
  }
}
