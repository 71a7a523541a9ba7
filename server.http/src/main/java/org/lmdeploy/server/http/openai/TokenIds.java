package org.lmdeploy.server.http.openai;

import java.util.Optional;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** Prompts as token ids. */
public final class TokenIds {
  private TokenIds() {}

  /** The ids of a field, at least one. */
  public static Optional<int[]> read(Fields body, String field, ServedModel model) {
    return body.value(field)
        .map(
            node -> {
              if (node.isArray() && node.isEmpty()) {
                throw Problems.wrong(body.name(field), node, "a list of at least one token id");
              }
              return of(body.name(field), node, model.tokenizer().vocabSize());
            });
  }

  static int[] of(String name, JsonNode node, int vocabulary) {
    return Values.integers(name, node, 0, vocabulary - 1, Limits.PROMPT_IDS).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
