package org.lmdeploy.server.http.openapi;

import java.util.List;

/** OpenAI's routes of answers. */
final class CompletionOperations {
  private static final String OPENAI = "OpenAI";

  private CompletionOperations() {}

  static List<Operation> all() {
    return List.of(chat(), completions());
  }

  private static Operation chat() {
    return Operation.post(
            "/v1/chat/completions",
            OPENAI,
            "The next message of a conversation of texts and images.",
            chatRequest(),
            CommonSchemas.envelope("chat.completion", chatChoice("message", message()))
                .required("usage", CommonSchemas.usage()))
        .streaming(
            CommonSchemas.envelope(
                    "chat.completion.chunk",
                    chatChoice(
                        "delta",
                        Schema.object()
                            .with("role", Schema.oneOf("assistant"))
                            .with("content", Schema.text().orNull())
                            .with("reasoning_content", Schema.text())
                            .with("tool_calls", Schema.list(call(true)))))
                .with("usage", CommonSchemas.usage().orNull()));
  }

  private static Schema chatRequest() {
    Schema maxTokens =
        Schema.integer(1).about("Most tokens of the answer; by default it may fill the session.");
    return CommonSchemas.generation(maxTokens)
        .required(
            "messages",
            Schema.anyOf(
                Schema.list(Schema.reference("Message"), 1, 10_000),
                Schema.text().about("A prompt that is taken as it is, without a template.")))
        .with(
            "chat_template_kwargs",
            Schema.map(Schema.any()).about("Variables of the chat template."))
        .with("enable_thinking", Schema.flag().about("One of those variables."))
        .with("logprobs", Schema.flag(false).about("Whether log probabilities are reported."))
        .with("top_logprobs", CommonSchemas.topLogprobs().byDefault(0).about("Needs logprobs."))
        .with("tools", Schema.list(tool(), 0, 1024).about("Functions that the answer may call."))
        .with(
            "tool_choice",
            Schema.anyOf(
                Schema.oneOf("none", "auto", "required"),
                Schema.object()
                    .required("type", Schema.oneOf("function", "allowed_tools"))
                    .with("function", Schema.object().required("name", Schema.text()))
                    .with(
                        "allowed_tools",
                        Schema.object()
                            .required("mode", Schema.oneOf("auto", "required"))
                            .required("tools", Schema.list(Schema.map(Schema.any())))
                            .closed())
                    .closed()))
        .with("parallel_tool_calls", Schema.flag(true).about("Whether it may call several."))
        .with("functions", CommonSchemas.onlyEmptyList())
        .with("function_call", CommonSchemas.only("none"))
        .with("response_format", CommonSchemas.responseFormat())
        .with("modalities", Schema.list(Schema.oneOf("text"), 1, 1))
        .with("audio", CommonSchemas.onlyNull())
        .with("prediction", CommonSchemas.onlyNull())
        .with("web_search_options", CommonSchemas.onlyNull())
        .with(
            "reasoning_effort",
            Schema.oneOf("none", "minimal", "low", "medium", "high", "xhigh", "max")
                .about("Where the chat template takes it."))
        .with("verbosity", CommonSchemas.only("medium"))
        .withAll(CommonSchemas.tokenFields())
        .withAll(CommonSchemas.mediaFields())
        .with("do_preprocess", Schema.flag(true).about("Whether the chat template is applied."))
        .with("input_ids", Schema.list(Schema.integer(0)).about("A prompt in place of messages."))
        .with("image_data", Schema.any().about("Images of input_ids."))
        .closed();
  }

  private static Schema chatChoice(String name, Schema content) {
    return Schema.object()
        .required("index", Schema.integer(0))
        .required(name, content)
        .required(
            "logprobs",
            Schema.object()
                .required("content", Schema.list(tokenLogprob().with("top_logprobs", top())))
                .with("refusal", Schema.text().orNull())
                .orNull())
        .required("finish_reason", CommonSchemas.finishReason().orNull());
  }

  private static Schema top() {
    return Schema.list(tokenLogprob());
  }

  private static Schema tokenLogprob() {
    return Schema.object()
        .required("token", Schema.text())
        .required("logprob", Schema.number())
        .with("bytes", Schema.list(Schema.integer(0, 255)).orNull());
  }

  private static Schema message() {
    return Schema.object()
        .required("role", Schema.oneOf("assistant"))
        .required("content", Schema.text().orNull())
        .with("reasoning_content", Schema.text())
        .with("tool_calls", Schema.list(call(false)))
        .with("refusal", Schema.text().orNull());
  }

  private static Schema tool() {
    return Schema.object()
        .required("type", Schema.oneOf("function"))
        .required(
            "function",
            Schema.object()
                .required("name", Schema.text())
                .with("description", Schema.text())
                .with("parameters", Schema.map(Schema.any()).about("A JSON Schema."))
                .with("strict", Schema.flag().about("Whether calls must obey the schema."))
                .closed())
        .closed();
  }

  /** A call; in a stream its parts come one after the other. */
  private static Schema call(boolean part) {
    Schema function =
        part
            ? Schema.object().with("name", Schema.text()).with("arguments", Schema.text())
            : Schema.object()
                .required("name", Schema.text())
                .required("arguments", Schema.text().about("A JSON object as text."));
    Schema call = part ? Schema.object().required("index", Schema.integer(0)) : Schema.object();
    return call.with("id", Schema.text())
        .with("type", Schema.oneOf("function"))
        .required("function", function);
  }

  /** A message of a request, for {@code components/schemas}. */
  static Schema requestMessage() {
    return Schema.object()
        .required("role", Schema.oneOf("system", "developer", "user", "assistant", "tool"))
        .with(
            "content",
            Schema.anyOf(Schema.text(), Schema.list(Schema.reference("ContentPart"), 1, 10_000)))
        .with("name", Schema.text())
        .with("reasoning_content", Schema.text())
        .with("tool_calls", Schema.list(call(false)).about("Calls of an earlier answer."))
        .with("tool_call_id", Schema.text().about("The call that a tool's message answers."));
  }

  /** A part of a message, for {@code components/schemas}. */
  static Schema contentPart() {
    return Schema.object()
        .required("type", Schema.oneOf("text", "image_url"))
        .with("text", Schema.text())
        .with(
            "image_url",
            Schema.anyOf(
                Schema.text(),
                Schema.object()
                    .required("url", Schema.text().about("A data:, http: or https: address."))
                    .with("detail", Schema.oneOf("auto", "low", "medium", "high"))
                    .with("max_dynamic_patch", Schema.integer(1, 1024))
                    .closed()));
  }

  private static Operation completions() {
    Schema maxTokens = Schema.integer(1).byDefault(16).about("Most tokens of the answer.");
    Schema ids = Schema.list(Schema.integer(0));
    return Operation.post(
            "/v1/completions",
            OPENAI,
            "Continuations of texts or token ids, without a template.",
            CommonSchemas.generation(maxTokens)
                .required(
                    "prompt",
                    Schema.anyOf(
                        Schema.text(),
                        ids,
                        Schema.list(Schema.anyOf(Schema.text(), Schema.list(Schema.integer(0))))))
                .with("echo", Schema.flag(false).about("Begin the answer with the prompt."))
                .with("logprobs", CommonSchemas.topLogprobs())
                .withAll(CommonSchemas.tokenFields())
                .with("response_format", CommonSchemas.responseFormat())
                .with("best_of", Schema.integer(1).about("Only the value of n."))
                .with("suffix", CommonSchemas.only(""))
                .closed(),
            CommonSchemas.envelope("text_completion", textChoice())
                .required("usage", CommonSchemas.usage()))
        .streaming(
            CommonSchemas.envelope("text_completion", textChoice())
                .with("usage", CommonSchemas.usage().orNull()));
  }

  private static Schema textChoice() {
    return Schema.object()
        .required("index", Schema.integer(0))
        .required("text", Schema.text())
        .required("logprobs", Schema.map(Schema.any()).orNull())
        .required("finish_reason", CommonSchemas.finishReason().orNull());
  }
}
