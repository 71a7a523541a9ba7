package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** A text or token ids to be continued. */
sealed interface Prompt {
  /** Queues the request. */
  GenerationStream complete(ServedModel model, GenerationConfig config);

  /** The prompt as text. */
  String text(ServedModel model);

  /** The prompt as token ids. */
  int[] ids(ServedModel model);

  record Text(String text) implements Prompt {
    @Override
    public GenerationStream complete(ServedModel model, GenerationConfig config) {
      return model.complete(text, config);
    }

    @Override
    public String text(ServedModel model) {
      return text;
    }

    @Override
    public int[] ids(ServedModel model) {
      return model.tokenizer().encode(text, true);
    }
  }

  record Ids(int[] ids) implements Prompt {
    @Override
    public GenerationStream complete(ServedModel model, GenerationConfig config) {
      return model.complete(ids, config);
    }

    @Override
    public String text(ServedModel model) {
      return model.tokenizer().decode(ids, true);
    }

    @Override
    public int[] ids(ServedModel model) {
      return ids;
    }
  }

  /** The prompts of a request: a string, ids, or a list of either. */
  static List<Prompt> read(String name, JsonNode node, int vocabulary) {
    if (node.isString()) {
      return List.of(new Text(Values.text(name, node)));
    }
    String right = "a string, a list of strings, token ids or a list of lists of token ids";
    Values.list(name, node, right, Limits.PROMPT_IDS);
    if (node.isEmpty()) {
      throw Problems.wrong(name, node, right + ", and not empty");
    }
    if (node.get(0).isNumber()) {
      return List.of(ids(name, node, vocabulary));
    }
    Values.list(name, node, right, Limits.ANSWERS);
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode item : node) {
      String itemName = name + "[" + prompts.size() + "]";
      prompts.add(
          item.isArray() && !item.isEmpty()
              ? ids(itemName, item, vocabulary)
              : new Text(Values.text(itemName, item)));
    }
    return prompts;
  }

  private static Prompt ids(String name, JsonNode node, int vocabulary) {
    return new Ids(TokenIds.of(name, node, vocabulary));
  }
}
