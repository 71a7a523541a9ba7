package org.lmdeploy.server.http.openai;

import java.util.List;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.server.http.json.Fields;
import tools.jackson.core.JsonGenerator;

/**
 * LMDeploy's fields by which a choice shows its tokens.
 *
 * @param ids whether {@code output_ids} is wanted ({@code return_token_ids})
 * @param logprobs whether {@code output_token_logprobs} is wanted ({@code return_logprob})
 */
record TokenFields(boolean ids, boolean logprobs) {
  static TokenFields read(Fields body) {
    return new TokenFields(
        body.flag("return_token_ids", false), body.flag("return_logprob", false));
  }

  /** How many log probabilities the engine is asked for, if the request itself wants so many. */
  int atLeast(int wanted) {
    return logprobs ? Math.max(0, wanted) : wanted;
  }

  /** Whether new tokens are shown, also where they bring no text yet. */
  boolean any() {
    return ids || logprobs;
  }

  void write(JsonGenerator json, List<Integer> tokens, List<TokenLogprobs> entries) {
    if (ids) {
      json.writeName("output_ids");
      json.writeStartArray();
      tokens.forEach(json::writeNumber);
      json.writeEndArray();
    }
    if (logprobs) {
      json.writeName("output_token_logprobs");
      TokenTexts.writePairs(json, entries);
    }
  }
}
