package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.GenerationConfig;

/** Every field arrives where it has its effect; those that ask for nothing are accepted. */
class FieldsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Arguments of(
      String field, Function<GenerationConfig, Object> value, Object expected) {
    return Arguments.of(field, value, expected);
  }

  static Stream<Arguments> fields() {
    return Stream.of(
        of("\"temperature\":0.5", GenerationConfig::temperature, 0.5),
        of("\"temperature\":0.5", GenerationConfig::doSample, true),
        of("\"temperature\":0", GenerationConfig::doSample, false),
        of("\"user\":\"x\"", GenerationConfig::temperature, 0.7),
        of("\"user\":\"x\"", GenerationConfig::topK, 40),
        of("\"user\":\"x\"", GenerationConfig::doSample, true),
        of("\"user\":\"x\"", GenerationConfig::logprobs, -1),
        of("\"top_p\":0.25", GenerationConfig::topP, 0.25),
        of("\"top_p\":0", GenerationConfig::doSample, false),
        of("\"top_k\":5", GenerationConfig::topK, 5),
        of("\"top_k\":5.0", GenerationConfig::topK, 5),
        of("\"min_p\":0.1", GenerationConfig::minP, 0.1),
        of("\"max_tokens\":9", GenerationConfig::maxNewTokens, 9),
        of("\"max_completion_tokens\":8", GenerationConfig::maxNewTokens, 8),
        of("\"max_tokens\":5,\"max_completion_tokens\":8", GenerationConfig::maxNewTokens, 8),
        of("\"max_tokens\":null", GenerationConfig::skipSpecialTokens, true),
        of("\"min_new_tokens\":3", GenerationConfig::minNewTokens, 3),
        of("\"stop\":\"end\"", GenerationConfig::stopWords, List.of("end")),
        of("\"stop\":[\"a\",\"b\"]", GenerationConfig::stopWords, List.of("a", "b")),
        of("\"stop_token_ids\":[1,2]", GenerationConfig::stopTokenIds, List.of(1, 2)),
        of("\"bad_words\":[\"no\"]", GenerationConfig::badWords, List.of("no")),
        of("\"bad_token_ids\":[3]", GenerationConfig::badTokenIds, List.of(3)),
        of("\"seed\":-5", GenerationConfig::seed, OptionalLong.of(-5)),
        of("\"logit_bias\":{\"7\":-100}", GenerationConfig::logitBias, Map.of(7, -100f)),
        of("\"presence_penalty\":1.5", GenerationConfig::presencePenalty, 1.5),
        of("\"frequency_penalty\":-1.5", GenerationConfig::frequencyPenalty, -1.5),
        of("\"repetition_penalty\":1.1", GenerationConfig::repetitionPenalty, 1.1),
        of("\"repetition_ngram_size\":3", GenerationConfig::repetitionNgramSize, 3),
        of("\"repetition_ngram_threshold\":4", GenerationConfig::repetitionNgramThreshold, 4),
        of("\"return_logprob\":true", GenerationConfig::logprobs, 0),
        of("\"ignore_eos\":true", GenerationConfig::ignoreEos, true),
        of("\"skip_special_tokens\":false", GenerationConfig::skipSpecialTokens, false),
        of("\"include_stop_str_in_output\":true", GenerationConfig::includeStopStrInOutput, true));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void arrive(String field, Function<GenerationConfig, Object> value, Object expected)
      throws Exception {
    TestServer.Reply reply = server.chat(field);
    assertEquals(200, reply.status(), reply.text());
    assertEquals(expected, value.apply(server.model.lastCall().config()));
    reply = server.complete("\"prompt\":\"p\"," + field);
    assertEquals(200, reply.status(), reply.text());
    assertEquals(expected, value.apply(server.model.lastCall().config()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"logprobs\":true",
        "\"logprobs\":false",
        "\"metadata\":{\"a\":\"b\"},\"store\":false,\"service_tier\":\"auto\",\"session_id\":-1",
        "\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"none\"",
        "\"response_format\":{\"type\":\"text\"},\"modalities\":[\"text\"],\"audio\":null",
        "\"reasoning_effort\":\"none\",\"verbosity\":\"medium\",\"functions\":[]",
        "\"enable_thinking\":true,\"repetition_ngram_size\":0,\"return_token_ids\":false",
        "\"spaces_between_special_tokens\":false,\"media_io_kwargs\":{\"image\":{}}",
        "\"stream\":true,\"stream_options\":{\"include_usage\":false,\"include_obfuscation\":false}",
        "\"n\":128",
        "\"kwargs\":{}",
        "\"model\":\"fake\""
      })
  void areAccepted(String fields) throws Exception {
    TestServer.Reply reply = server.chat(fields);
    assertEquals(200, reply.status(), reply.text());
  }

  @org.junit.jupiter.api.Test
  void withoutALimitTheAnswerMayFillTheSession() throws Exception {
    server.chat("\"n\":1");
    assertEquals(2048, server.model.lastCall().config().maxNewTokens());
  }
}
