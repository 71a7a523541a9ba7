package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import java.util.List;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * LMDeploy's {@code /v1/encode}: the ids of a text, or of several.
 *
 * @param manager the models
 */
public record EncodeEndpoint(ModelManager manager) implements DirectEndpoint {
  @Override
  public void answer(Fields body, OutputStream out) {
    ServedModel model = ServedModels.of(body, manager);
    JsonNode input =
        body.value("input")
            .orElseThrow(() -> Problems.missing("input", "a string or a list of strings"));
    List<String> texts = Values.textOrTexts("input", input, Limits.ANSWERS);
    boolean addBos = body.flag("add_bos", true);
    UnbuiltFields.refuse(body, "do_preprocess", node -> node.isBoolean() && !node.booleanValue());
    body.refuseUnknown();
    List<int[]> ids = texts.stream().map(text -> model.tokenizer().encode(text, addBos)).toList();
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeName("input_ids");
      if (input.isString()) {
        writeIds(json, ids.getFirst());
        json.writeNumberProperty("length", ids.getFirst().length);
      } else {
        json.writeStartArray();
        ids.forEach(each -> writeIds(json, each));
        json.writeEndArray();
        json.writeName("length");
        writeIds(json, ids.stream().mapToInt(each -> each.length).toArray());
      }
      json.writeEndObject();
    }
  }

  private static void writeIds(JsonGenerator json, int[] ids) {
    json.writeArray(ids, 0, ids.length);
  }
}
