package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import java.util.List;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/** The served models as {@code /v1/models} shows them. */
public final class ModelsJson {
  private ModelsJson() {}

  /** All models. */
  public static void writeAll(OutputStream out, List<ServedModel> models) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("object", "list");
      json.writeName("data");
      json.writeStartArray();
      models.forEach(model -> write(json, model));
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /** One model. */
  public static void writeOne(OutputStream out, ServedModel model) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      write(json, model);
    }
  }

  static void write(JsonGenerator json, ServedModel model) {
    json.writeStartObject();
    json.writeStringProperty("id", model.name());
    json.writeStringProperty("object", "model");
    json.writeNumberProperty("created", model.loadedAt().getEpochSecond());
    json.writeStringProperty("owned_by", "lmdeploy");
    json.writeStringProperty("root", model.name());
    json.writeNullProperty("parent");
    json.writeNumberProperty("max_model_len", model.sessionLen());
    json.writeName("input_modalities"); // not OpenAI's: for clients that offer to send images
    json.writeStartArray();
    json.writeString("text");
    if (model.takesImages()) {
      json.writeString("image");
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
