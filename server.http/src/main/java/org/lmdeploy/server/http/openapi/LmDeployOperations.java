package org.lmdeploy.server.http.openapi;

import java.util.List;

/** LMDeploy's own routes, those of OpenAI's responses, and those that manage models. */
final class LmDeployOperations {
  private static final String LMDEPLOY = "LMDeploy";
  private static final String OPENAI = "OpenAI";
  private static final String ADMIN = "Administration";

  private LmDeployOperations() {}

  static List<Operation> all() {
    return List.of(
        responses(), generate(), perplexity(), interactive(), load(), unload(), terminate());
  }

  private static Operation responses() {
    Schema maxTokens = Schema.integer(1).about("Most tokens of the answer.");
    Schema fields =
        CommonSchemas.sampling(maxTokens)
            .with("model", CommonSchemas.model())
            .required(
                "input",
                Schema.anyOf(Schema.text(), Schema.list(Schema.map(Schema.any()), 1, 10_000)))
            .with("instructions", Schema.text().about("The system's message."))
            .with("max_output_tokens", maxTokens)
            .with("stream", Schema.flag(false))
            .with(
                "stream_options",
                Schema.object().with("include_obfuscation", CommonSchemas.onlyFalse()).closed())
            .with(
                "text",
                Schema.object()
                    .with("format", Schema.map(Schema.any()).about("The form of the answer."))
                    .with("verbosity", CommonSchemas.only("medium"))
                    .closed())
            .with(
                "reasoning",
                Schema.object()
                    .with("effort", Schema.text().about("Where the chat template takes it."))
                    .with("summary", CommonSchemas.only("auto"))
                    .with("generate_summary", CommonSchemas.only("auto"))
                    .closed())
            .with("tools", Schema.list(Schema.map(Schema.any()), 0, 1024))
            .with("tool_choice", Schema.any())
            .with("parallel_tool_calls", Schema.flag(true))
            .with("store", CommonSchemas.onlyFalse())
            .with("background", CommonSchemas.onlyFalse())
            .with("previous_response_id", CommonSchemas.onlyNull())
            .with("conversation", CommonSchemas.onlyNull())
            .with("prompt", CommonSchemas.onlyNull())
            .with("max_tool_calls", CommonSchemas.onlyNull())
            .with("context_management", CommonSchemas.onlyNull())
            .with("moderation", CommonSchemas.onlyNull())
            .with("truncation", CommonSchemas.only("disabled"))
            .with("top_logprobs", Schema.integer(0, 0))
            .with("include", Schema.list(Schema.oneOf("reasoning.encrypted_content")))
            .withAll(CommonSchemas.labels())
            .closed();
    return Operation.post(
            "/v1/responses",
            OPENAI,
            "An answer in the form of OpenAI's responses; nothing is stored.",
            fields,
            Schema.object()
                .required("id", Schema.text())
                .required("object", Schema.oneOf("response"))
                .required("output", Schema.list(Schema.map(Schema.any()))))
        .streaming(Schema.object().required("type", Schema.text()));
  }

  private static Operation generate() {
    Schema maxTokens = Schema.integer(1).byDefault(128).about("Most tokens of the answer.");
    return Operation.post(
            "/generate",
            LMDEPLOY,
            "The continuation of a text or of token ids, without a template.",
            CommonSchemas.sampling(maxTokens)
                .withAll(CommonSchemas.unbuilt())
                .withAll(CommonSchemas.labels())
                .withAll(CommonSchemas.mediaFields())
                .with("model", CommonSchemas.model())
                .with("prompt", Schema.text())
                .with("input_ids", Schema.list(Schema.integer(0)))
                .with("image_data", Schema.any().about("Images as addresses or objects."))
                .with("stream", Schema.flag(false))
                .with("return_logprob", Schema.flag(false))
                .closed()
                .about("Exactly one of prompt and input_ids is given."),
            Schema.map(Schema.any()))
        .streaming(Schema.map(Schema.any()));
  }

  private static Operation perplexity() {
    return Operation.post(
        "/get_ppl",
        LMDEPLOY,
        "How little a model expects a text: the mean cross entropy of its tokens.",
        Schema.object()
            .with("model", CommonSchemas.model())
            .required("input", Schema.anyOf(Schema.text(), Schema.list(Schema.integer(0))))
            .closed(),
        Schema.object().required("ppl", Schema.number()));
  }

  private static Operation interactive() {
    Schema maxTokens = Schema.integer(1).about("Most tokens of the answer.");
    return Operation.post(
            "/v1/chat/interactive",
            LMDEPLOY,
            "A conversation of which the server keeps what was said.",
            CommonSchemas.sampling(maxTokens)
                .withAll(CommonSchemas.unbuilt())
                .withAll(CommonSchemas.labels())
                .with("model", CommonSchemas.model())
                .with(
                    "prompt", Schema.anyOf(Schema.text(), Schema.list(Schema.reference("Message"))))
                .with("image_url", Schema.any().about("Images as addresses or objects."))
                .with("session_id", Schema.integer(-1).byDefault(-1).about("-1 for none."))
                .with("interactive_mode", Schema.flag(false).about("Keep the conversation."))
                .with("cancel", Schema.flag(false).about("End the answer that is being made."))
                .with("stream", Schema.flag(false))
                .with(
                    "request_output_len",
                    Schema.integer(0).byDefault(0).about("Most tokens; 0 for no limit."))
                .with("adapter_name", CommonSchemas.onlyNull())
                .closed(),
            Schema.map(Schema.any()))
        .streaming(Schema.map(Schema.any()));
  }

  private static Operation load() {
    return Operation.post(
        "/v1/models/load",
        ADMIN,
        "Serve one more model; needs --enable-model-admin.",
        Schema.object()
            .required("model", Schema.text().about("A folder, an embedded model, a hub's id."))
            .with("name", Schema.text())
            .with("chat_template", Schema.text())
            .with("backend", Schema.text())
            .with("device", Schema.text())
            .with("model_format", Schema.text())
            .with("revision", Schema.text())
            .with("tool_call_parser", Schema.text())
            .with("reasoning_parser", Schema.text())
            .with("session_len", Schema.integer(1))
            .with("max_batch_size", Schema.integer(1))
            .with("cache_max_entry_count", Schema.number())
            .with("cache_block_seq_len", Schema.integer(1))
            .with("enable_prefix_caching", Schema.flag())
            .with("max_prefill_token_num", Schema.integer(1))
            .with("num_tokens_per_iter", Schema.integer(0))
            .with("max_prefill_iters", Schema.integer(1))
            .with("vision_max_batch_size", Schema.integer(1))
            .closed(),
        Schema.object()
            .required("model", Schema.map(Schema.any()))
            .required("why", Schema.list(Schema.text()))
            .required("progress", Schema.list(Schema.text())));
  }

  private static Operation unload() {
    return Operation.post(
        "/v1/models/unload",
        ADMIN,
        "Serve a model no longer; needs --enable-model-admin.",
        Schema.object().required("name", Schema.text()).closed(),
        Schema.object().required("unloaded", Schema.text()));
  }

  private static Operation terminate() {
    return Operation.get(
        "/terminate", ADMIN, "End the server; needs --allow-terminate-by-client.", Schema.any());
  }
}
