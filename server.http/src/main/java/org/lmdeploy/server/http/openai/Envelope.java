package org.lmdeploy.server.http.openai;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.lmdeploy.runtime.ServedModel;
import tools.jackson.core.JsonGenerator;

/**
 * What every answer and chunk of a request begins with.
 *
 * @param id the answer's id
 * @param object the type of a whole answer
 * @param chunkObject the type of a chunk
 * @param created seconds since 1970
 * @param model the model's name
 * @param fingerprint changes when the model is loaded anew, maybe otherwise configured
 */
public record Envelope(
    String id, String object, String chunkObject, long created, String model, String fingerprint) {
  static Envelope of(String prefix, String object, String chunkObject, ServedModel model) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return new Envelope(
        prefix + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()),
        object,
        chunkObject,
        Instant.now().getEpochSecond(),
        model.name(),
        "fp_" + hex.toHexDigits(Objects.hash(model.name(), model.folder(), model.loadedAt())));
  }

  void write(JsonGenerator json, boolean chunk) {
    json.writeStringProperty("id", id);
    json.writeStringProperty("object", chunk ? chunkObject : object);
    json.writeNumberProperty("created", created);
    json.writeStringProperty("model", model);
    json.writeStringProperty("system_fingerprint", fingerprint);
  }
}
