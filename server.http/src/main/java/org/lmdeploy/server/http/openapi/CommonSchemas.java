package org.lmdeploy.server.http.openapi;

import java.util.Set;
import org.lmdeploy.api.engine.GenerationConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Fields that several routes have. */
final class CommonSchemas {
  private static final int ANSWERS = 128;
  private static final int STOP_TEXTS = 128;
  private static final int WORDS = 2048;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Accepted, and without effect on an answer. */
  private static final Set<String> LABELS =
      Set.of(
          "user",
          "metadata",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "session_id");

  private CommonSchemas() {}

  static Schema model() {
    return Schema.text().about("The name of a served model; may be left out where there is one.");
  }

  /**
   * The fields that say how an answer is generated and sent.
   *
   * @param maxTokens says how many tokens an answer has at most by default
   */
  static Schema generation(Schema maxTokens) {
    return Schema.object()
        .with("model", model())
        .with("stream", Schema.flag(false).about("Send the answer as server-sent events."))
        .with(
            "stream_options",
            Schema.object()
                .with("include_usage", Schema.flag(false).about("End with the token counts."))
                .with("include_obfuscation", onlyFalse())
                .closed()
                .about("Only where stream is true."))
        .with("n", Schema.integer(1, ANSWERS).byDefault(1).about("Answers to each prompt."))
        .withAll(sampling(maxTokens))
        .withAll(unbuilt())
        .withAll(labels());
  }

  /** The fields that say how an answer is generated. */
  static Schema sampling(Schema maxTokens) {
    String fromModel = " By default the checkpoint's generation_config.json says, else ";
    return Schema.object()
        .with("max_tokens", maxTokens)
        .with(
            "max_completion_tokens", Schema.integer(1).about("OpenAI's newer name of max_tokens."))
        .with("min_new_tokens", Schema.integer(0).byDefault(0).about("Least tokens of the answer."))
        .with(
            "temperature",
            Schema.number(0, 2).about("0 takes the likeliest token." + fromModel + "0.7."))
        .with(
            "top_p",
            Schema.number(0, 1)
                .about("Draw from the likeliest tokens of this probability." + fromModel + "1."))
        .with(
            "top_k",
            Schema.integer(0)
                .about("Draw from so many likeliest tokens; 0 for all." + fromModel + "40."))
        .with(
            "min_p",
            Schema.number(0, 1)
                .byDefault(0)
                .about("Draw from tokens of at least this part of the best one's probability."))
        .with(
            "repetition_penalty",
            Schema.numberAbove(0, 1000).byDefault(1).about("Above 1 against tokens seen before."))
        .with("presence_penalty", Schema.number(-2, 2).byDefault(0))
        .with("frequency_penalty", Schema.number(-2, 2).byDefault(0))
        .with(
            "logit_bias",
            Schema.map(Schema.number(-100, 100)).about("Token ids with what is added to each."))
        .with("seed", Schema.integer().about("The same seed draws the same text."))
        .with(
            "stop",
            Schema.anyOf(Schema.text(), Schema.list(Schema.text(), 0, STOP_TEXTS))
                .about("Texts of any length that end the answer."))
        .with("stop_token_ids", Schema.list(Schema.integer(0), 0, WORDS))
        .with(
            "bad_words",
            Schema.anyOf(Schema.text(), Schema.list(Schema.text(), 0, WORDS))
                .about("Texts that are not generated."))
        .with("bad_token_ids", Schema.list(Schema.integer(0), 0, WORDS))
        .with(
            "repetition_ngram_size",
            Schema.integer(0)
                .byDefault(0)
                .about("End an answer that repeats a run of so many tokens; 0 for never."))
        .with(
            "repetition_ngram_threshold",
            Schema.integer(0).byDefault(0).about("How often it may be repeated."))
        .with("spaces_between_special_tokens", Schema.flag(true).about("Without effect."))
        .with("ignore_eos", Schema.flag(false).about("Go on behind the model's end token."))
        .with("skip_special_tokens", Schema.flag(true))
        .with("include_stop_str_in_output", Schema.flag(false));
  }

  /** Fields of which one value alone is accepted. */
  static Schema unbuilt() {
    return Schema.object()
        .with("store", onlyFalse())
        .with("return_routed_experts", onlyFalse())
        .with("with_cache", onlyFalse())
        .with("preserve_cache", onlyFalse())
        .with("kwargs", Schema.map(Schema.any()).empty())
        .with("migration_request", onlyNull());
  }

  static Schema labels() {
    return Schema.object().withAll(LABELS, Schema.any().about("A label: it changes nothing."));
  }

  static Schema responseFormat() {
    return Schema.object()
        .required("type", Schema.oneOf("text", "json_object", "json_schema", "regex_schema"))
        .with(
            "json_schema",
            Schema.map(Schema.any()).about("With the schema as \"schema\", and its name."))
        .with("regex_schema", Schema.text().about("A regular expression."))
        .closed()
        .about("The form of the answer, which it always has.");
  }

  /** By which a choice shows its tokens. */
  static Schema tokenFields() {
    return Schema.object()
        .with("return_token_ids", Schema.flag(false).about("Whether output_ids are wanted."))
        .with(
            "return_logprob",
            Schema.flag(false).about("Whether output_token_logprobs are wanted."));
  }

  /** LMDeploy's fields about images beside the messages. */
  static Schema mediaFields() {
    return Schema.object()
        .with("media_io_kwargs", Schema.map(Schema.any()).about("Nothing may be in it."))
        .with(
            "mm_processor_kwargs",
            Schema.object()
                .with(
                    "image",
                    Schema.object().with("max_dynamic_patch", Schema.integer(1, 1024)).closed())
                .with("video", Schema.map(Schema.any()))
                .with("audio", Schema.map(Schema.any()))
                .closed());
  }

  static Schema onlyFalse() {
    return only(JSON.booleanNode(false));
  }

  static Schema onlyTrue() {
    return only(JSON.booleanNode(true));
  }

  private static Schema only(JsonNode value) {
    return Schema.any().only(value);
  }

  static Schema only(String value) {
    return only(JSON.stringNode(value));
  }

  static Schema onlyEmptyList() {
    return only(JSON.arrayNode());
  }

  static Schema onlyNull() {
    return only(JSON.nullNode());
  }

  static Schema topLogprobs() {
    return Schema.integer(0, GenerationConfig.MAX_LOGPROBS);
  }

  static Schema usage() {
    return Schema.object()
        .required("prompt_tokens", Schema.integer(0))
        .required("completion_tokens", Schema.integer(0))
        .required("total_tokens", Schema.integer(0))
        .required(
            "prompt_tokens_details",
            Schema.object()
                .required("cached_tokens", Schema.integer(0).about("Those from the prefix cache.")))
        .with(
            "completion_tokens_details",
            Schema.object()
                .with("reasoning_tokens", Schema.integer(0).about("Those of the reasoning.")));
  }

  static Schema finishReason() {
    return Schema.oneOf("stop", "length", "tool_calls", "parse_error");
  }

  /** What every answer and chunk begins with. */
  static Schema envelope(String object, Schema choice) {
    return Schema.object()
        .required("id", Schema.text())
        .required("object", Schema.oneOf(object))
        .required("created", Schema.integer().about("Seconds since 1970."))
        .required("model", Schema.text())
        .required("system_fingerprint", Schema.text())
        .required("choices", Schema.list(choice));
  }

  /** OpenAI's error object. */
  static Schema error() {
    return Schema.object()
        .required(
            "error",
            Schema.object()
                .required("message", Schema.text().about("What was wrong, what would be right."))
                .required("type", Schema.text())
                .required("param", Schema.text().orNull().about("The field that is to blame."))
                .required("code", Schema.text().about("Stable; docs/server.md lists all.")));
  }
}
