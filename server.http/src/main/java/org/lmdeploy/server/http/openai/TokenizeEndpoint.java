package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Unicode;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /tokenize}: a text's ids, in the form that vLLM made common.
 *
 * @param manager the models
 */
public record TokenizeEndpoint(ModelManager manager) implements DirectEndpoint {
  @Override
  public void answer(Fields body, OutputStream out) {
    ServedModel model = ServedModels.of(body, manager);
    String prompt = body.text("prompt").orElseThrow(() -> Problems.missing("prompt", "a string"));
    boolean special = body.flag("add_special_tokens", true);
    boolean withTexts = body.flag("return_token_strs", false);
    body.refuseUnknown();
    int[] ids = model.tokenizer().encode(prompt, special);
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeNumberProperty("count", ids.length);
      json.writeNumberProperty("max_model_len", model.sessionLen());
      json.writeName("tokens");
      json.writeArray(ids, 0, ids.length);
      if (withTexts) {
        json.writeName("token_strs");
        json.writeStartArray();
        for (int id : ids) {
          json.writeString(Unicode.wellFormed(model.tokenizer().token(id)));
        }
        json.writeEndArray();
      } else {
        json.writeNullProperty("token_strs");
      }
      json.writeEndObject();
    }
  }
}
