package org.lmdeploy.server.http.openapi;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** Routes between texts and token ids. */
final class TokenOperations {
  private static final String TOKENS = "Tokens";

  private TokenOperations() {}

  static List<Operation> all() {
    return List.of(
        Operation.post(
            "/v1/encode",
            TOKENS,
            "The token ids of a text, or of several.",
            Schema.object()
                .with("model", CommonSchemas.model())
                .required("input", Schema.anyOf(Schema.text(), Schema.list(Schema.text())))
                .with("add_bos", Schema.flag(true).about("Whether special tokens are added."))
                .with(
                    "do_preprocess",
                    Schema.flag(false).only(JsonNodeFactory.instance.booleanNode(false)))
                .closed(),
            Schema.object()
                .required("input_ids", Schema.anyOf(ids(), Schema.list(ids())))
                .required(
                    "length",
                    Schema.anyOf(Schema.integer(0), Schema.list(Schema.integer(0)))
                        .about("How many ids; a list where input is one."))),
        Operation.post(
            "/tokenize",
            TOKENS,
            "The token ids of a text, in vLLM's form.",
            Schema.object()
                .with("model", CommonSchemas.model())
                .required("prompt", Schema.text())
                .with("add_special_tokens", Schema.flag(true))
                .with("return_token_strs", Schema.flag(false))
                .closed(),
            Schema.object()
                .required("count", Schema.integer(0))
                .required("max_model_len", Schema.integer(1))
                .required("tokens", ids())
                .required("token_strs", Schema.list(Schema.text()).orNull())),
        Operation.post(
            "/detokenize",
            TOKENS,
            "The text of token ids, special ones included.",
            Schema.object().with("model", CommonSchemas.model()).required("tokens", ids()).closed(),
            Schema.object().required("prompt", Schema.text())));
  }

  private static Schema ids() {
    return Schema.list(Schema.integer(0));
  }
}
