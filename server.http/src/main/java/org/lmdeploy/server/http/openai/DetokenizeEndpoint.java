package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
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
 * {@code /detokenize}: the text of ids, special tokens included.
 *
 * @param manager the models
 */
public record DetokenizeEndpoint(ModelManager manager) implements DirectEndpoint {
  @Override
  public void answer(Fields body, OutputStream out) {
    ServedModel model = ServedModels.of(body, manager);
    JsonNode tokens =
        body.value("tokens").orElseThrow(() -> Problems.missing("tokens", "a list of token ids"));
    int[] ids =
        Values.integers("tokens", tokens, 0, model.tokenizer().vocabSize() - 1, Limits.PROMPT_IDS)
            .stream()
            .mapToInt(Integer::intValue)
            .toArray();
    body.refuseUnknown();
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("prompt", model.tokenizer().decode(ids, false));
      json.writeEndObject();
    }
  }
}
