package org.lmdeploy.server.http.openapi;

import java.util.List;

/** Routes of Anthropic's protocol. */
final class AnthropicOperations {
  private static final String ANTHROPIC = "Anthropic";
  private static final int BLOCKS = 10_000;

  private AnthropicOperations() {}

  static List<Operation> all() {
    return List.of(
        Operation.post(
                "/v1/messages",
                ANTHROPIC,
                "The next message of a conversation.",
                question(true),
                message())
            .streaming(Schema.object().required("type", Schema.text())),
        Operation.post(
            "/v1/messages/count_tokens",
            ANTHROPIC,
            "The tokens of a question, those of its images included.",
            question(false),
            Schema.object().required("input_tokens", Schema.integer(0))),
        Operation.get("/anthropic/v1/models", ANTHROPIC, "The served models.", models()));
  }

  private static Schema question(boolean answered) {
    Schema maxTokens = Schema.integer(1).about("Most tokens of the answer.");
    Schema fields = CommonSchemas.sampling(maxTokens);
    Schema question = answered ? fields.required("max_tokens", maxTokens) : fields;
    return question
        .with("model", CommonSchemas.model())
        .required("messages", Schema.list(turn(), 1, BLOCKS))
        .with("system", content())
        .with("stream", Schema.flag(false))
        .with(
            "stop_sequences",
            Schema.anyOf(Schema.text(), Schema.list(Schema.text(), 0, 128))
                .about("Texts that end the answer."))
        .with("tools", Schema.list(tool(), 0, 1024))
        .with(
            "tool_choice",
            Schema.object()
                .required("type", Schema.oneOf("auto", "any", "tool", "none"))
                .with("name", Schema.text())
                .with("disable_parallel_tool_use", Schema.flag(false))
                .closed())
        .with(
            "thinking",
            Schema.object()
                .required("type", Schema.oneOf("enabled", "adaptive", "disabled"))
                .with("budget_tokens", Schema.integer(1024))
                .closed())
        .with("metadata", Schema.any().about("A label: it changes nothing."))
        .with("service_tier", Schema.any().about("A label: it changes nothing."))
        .closed();
  }

  private static Schema turn() {
    return Schema.object()
        .required("role", Schema.oneOf("user", "assistant"))
        .required("content", content())
        .closed();
  }

  private static Schema content() {
    return Schema.anyOf(Schema.text(), Schema.list(Schema.reference("Block"), 0, BLOCKS));
  }

  private static Schema tool() {
    return Schema.object()
        .required("name", Schema.text())
        .required("input_schema", Schema.map(Schema.any()).about("A JSON Schema."))
        .with("type", Schema.oneOf("custom"))
        .with("description", Schema.text())
        .with("strict", Schema.flag())
        .with("cache_control", Schema.any())
        .with("citations", Schema.any())
        .closed();
  }

  /** A block of a message, for {@code components/schemas}. */
  static Schema block() {
    return Schema.object()
        .required("type", Schema.oneOf("text", "image", "tool_use", "tool_result", "thinking"))
        .with("text", Schema.text())
        .with(
            "source",
            Schema.object()
                .required("type", Schema.oneOf("base64", "url"))
                .with("media_type", Schema.text())
                .with("data", Schema.text())
                .with("url", Schema.text())
                .closed()
                .about("Of an image."))
        .with("id", Schema.text().about("Of a call."))
        .with("name", Schema.text().about("Of the tool that is called."))
        .with("input", Schema.map(Schema.any()))
        .with("tool_use_id", Schema.text().about("The call of which this is the result."))
        .with("content", Schema.any())
        .with("is_error", Schema.flag(false))
        .with("thinking", Schema.text())
        .with("signature", Schema.text())
        .with("cache_control", Schema.any())
        .with("citations", Schema.any());
  }

  /** An error, for {@code components/schemas}. */
  static Schema error() {
    return Schema.object()
        .required("type", Schema.oneOf("error"))
        .required(
            "error",
            Schema.object().required("type", Schema.text()).required("message", Schema.text()));
  }

  private static Schema message() {
    return Schema.object()
        .required("id", Schema.text())
        .required("type", Schema.oneOf("message"))
        .required("role", Schema.oneOf("assistant"))
        .required("model", Schema.text())
        .required("content", Schema.list(Schema.reference("Block")))
        .required(
            "stop_reason",
            Schema.oneOf("end_turn", "max_tokens", "stop_sequence", "tool_use", "parse_error"))
        .required("stop_sequence", Schema.text().orNull())
        .required(
            "usage",
            Schema.object()
                .required("input_tokens", Schema.integer(0))
                .required("cache_creation_input_tokens", Schema.integer(0))
                .required("cache_read_input_tokens", Schema.integer(0))
                .required("output_tokens", Schema.integer(0)));
  }

  private static Schema models() {
    return Schema.object()
        .required(
            "data",
            Schema.list(
                Schema.object()
                    .required("type", Schema.oneOf("model"))
                    .required("id", Schema.text())
                    .required("display_name", Schema.text())
                    .required("created_at", Schema.text())))
        .required("has_more", Schema.flag())
        .required("first_id", Schema.text().orNull())
        .required("last_id", Schema.text().orNull());
  }
}
