package org.lmdeploy.server.http.lmdeploy;

import java.util.List;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import org.lmdeploy.server.http.openai.ServedModels;
import org.lmdeploy.server.http.openai.TokenIds;
import tools.jackson.databind.JsonNode;

/**
 * LMDeploy's {@code /get_ppl}: how little a model expects a text, as the mean cross entropy of its
 * tokens.
 *
 * @param manager the models
 */
public record PplEndpoint(ModelManager manager) implements Endpoint {
  private static final GenerationConfig SCORING =
      GenerationConfig.builder().maxNewTokens(1).promptLogprobs(0).build();

  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    JsonNode input =
        body.value("input").orElseThrow(() -> Problems.missing("input", "a text or token ids"));
    int[] ids =
        input.isString()
            ? model.tokenizer().encode(Values.text("input", input), true)
            : TokenIds.read(body, "input", model).orElseThrow();
    body.refuseUnknown();
    if (ids.length < 2) {
      throw Problems.wrong(
          "input", input, "at least 2 tokens long: the first one is not expected by anything");
    }
    PplJson answer = new PplJson();
    GenerationPlan.Choice choice =
        new GenerationPlan.Choice(0, "", () -> answer.opened(model.complete(ids, SCORING)));
    return new GenerationPlan(List.of(choice), false, answer);
  }
}
