package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every wrong request gets one clear error that names the field, never a 500. */
class BadRequestTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static final String INVALID = "invalid_request_error";
  private static final String UNSUPPORTED = "unsupported_feature";

  /** More fields of a chat that is right, the field to blame, the code, a part of the message. */
  static Stream<Arguments> fields() {
    return Stream.of(
        of("\"temperature\":3", "temperature", INVALID, "from 0 to 2"),
        of("\"temperature\":-0.1", "temperature", INVALID, "from 0 to 2"),
        of("\"temperature\":\"hot\"", "temperature", INVALID, "\"hot\"; it must be a number"),
        of("\"temperature\":1e999", "temperature", INVALID, "a number"),
        of("\"temperature\":true", "temperature", INVALID, "a number"),
        of("\"top_p\":1.5", "top_p", INVALID, "at most 1"),
        of("\"top_p\":-1", "top_p", INVALID, "above 0"),
        of("\"top_k\":-1", "top_k", INVALID, "at least 0"),
        of("\"top_k\":1.5", "top_k", INVALID, "whole number"),
        of("\"top_k\":99999999999999999999", "top_k", INVALID, "whole number"),
        of("\"min_p\":2", "min_p", INVALID, "from 0 to 1"),
        of("\"max_tokens\":0", "max_tokens", INVALID, "at least 1"),
        of("\"max_tokens\":-1", "max_tokens", INVALID, "at least 1"),
        of("\"max_tokens\":1e300", "max_tokens", INVALID, "whole number"),
        of("\"max_completion_tokens\":0", "max_completion_tokens", INVALID, "at least 1"),
        of("\"max_tokens\":1,\"max_completion_tokens\":2", "max_tokens", INVALID, "one of them"),
        of("\"min_new_tokens\":-1", "min_new_tokens", INVALID, "at least 0"),
        of("\"min_new_tokens\":9,\"max_tokens\":8", "min_new_tokens", INVALID, "which is 8"),
        of("\"n\":0", "n", INVALID, "from 1 to 128"),
        of("\"n\":129", "n", INVALID, "from 1 to 128"),
        of("\"seed\":1.5", "seed", INVALID, "64 bits"),
        of("\"seed\":99999999999999999999", "seed", INVALID, "64 bits"),
        of("\"stop\":5", "stop", INVALID, "a string or a list"),
        of("\"stop\":[1]", "stop[0]", INVALID, "a string"),
        of("\"stop\":[\"\"]", "stop", INVALID, "not empty"),
        of("\"stop\":[" + "\"a\",".repeat(200) + "\"a\"]", "stop", INVALID, "at most 128"),
        of("\"stop_token_ids\":[-1]", "stop_token_ids[0]", INVALID, "at least 0"),
        of("\"bad_words\":{}", "bad_words", INVALID, "an empty object"),
        of("\"logit_bias\":[]", "logit_bias", INVALID, "token ids"),
        of("\"logit_bias\":{\"x\":1}", "logit_bias", INVALID, "an id from 0 to 255"),
        of("\"logit_bias\":{\"256\":1}", "logit_bias", INVALID, "an id from 0 to 255"),
        of("\"logit_bias\":{\"5\":101}", "logit_bias", INVALID, "100"),
        of("\"presence_penalty\":3", "presence_penalty", INVALID, "from -2 to 2"),
        of("\"frequency_penalty\":-3", "frequency_penalty", INVALID, "from -2 to 2"),
        of("\"repetition_penalty\":0", "repetition_penalty", INVALID, "above 0"),
        of("\"ignore_eos\":1", "ignore_eos", INVALID, "true or false"),
        of("\"stream\":\"yes\"", "stream", INVALID, "true or false"),
        of("\"stream_options\":{\"include_usage\":true}", "stream_options", INVALID, "stream"),
        of("\"stream\":true,\"stream_options\":{\"x\":1}", "stream_options.x", INVALID, "no field"),
        of("\"logprobs\":3", "logprobs", INVALID, "true or false"),
        of("\"top_logprobs\":3", "top_logprobs", INVALID, "needs logprobs"),
        of("\"logprobs\":true,\"top_logprobs\":5000", "top_logprobs", INVALID, "from 0 to 1024"),
        of("\"chat_template_kwargs\":1", "chat_template_kwargs", INVALID, "a JSON object"),
        of("\"temprature\":1", "temprature", INVALID, "no field temprature"),
        of("\"model\":5", "model", INVALID, "a string"),
        of("\"model\":\"\\ud800\"", "model", INVALID, "surrogate"),
        of("\"tool_choice\":\"required\"", "tool_choice", INVALID, "needs tools"),
        of("\"functions\":[{}]", "functions", UNSUPPORTED, "functions"),
        of("\"response_format\":5", "response_format", INVALID, "a JSON object"),
        of("\"response_format\":{}", "response_format.type", INVALID, "a type"),
        of(
            "\"response_format\":{\"type\":\"xml\"}",
            "response_format.type",
            INVALID,
            "json_schema or regex_schema"),
        of(
            "\"response_format\":{\"type\":\"text\",\"x\":1}",
            "response_format.x",
            INVALID,
            "no field"),
        of(
            "\"response_format\":{\"type\":\"json_schema\"}",
            "response_format.json_schema",
            INVALID,
            "a schema"),
        of(
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":1}}",
            "response_format.json_schema.schema",
            INVALID,
            "an object"),
        of(
            "\"response_format\":{\"type\":\"regex_schema\"}",
            "response_format.regex_schema",
            INVALID,
            "a regular expression"),
        of("\"modalities\":[\"audio\"]", "modalities", UNSUPPORTED, "not supported"),
        of("\"audio\":{}", "audio", UNSUPPORTED, "not supported"),
        of("\"reasoning_effort\":\"high\"", "reasoning_effort", UNSUPPORTED, "\"high\""),
        of("\"store\":true", "store", UNSUPPORTED, "not supported"),
        of("\"do_preprocess\":0", "do_preprocess", INVALID, "true or false"),
        of("\"return_routed_experts\":true", "return_routed_experts", UNSUPPORTED, "not"),
        of("\"migration_request\":{}", "migration_request", UNSUPPORTED, "not supported"),
        of("\"with_cache\":true", "with_cache", UNSUPPORTED, "not supported"),
        of("\"repetition_ngram_size\":-1", "repetition_ngram_size", INVALID, "at least 0"),
        of("\"input_ids\":[1]", "input_ids", INVALID, "where messages is an empty list"),
        of("\"input_ids\":[]", "input_ids", INVALID, "at least one token id"),
        of("\"image_data\":\"data:,\"", "image_data", INVALID, "where messages is an empty"),
        of("\"image_data\":\"x\"", "image_data", INVALID, "data:, http: and https:"),
        of("\"media_io_kwargs\":{\"image\":{\"a\":1}}", "media_io_kwargs", UNSUPPORTED, "not"),
        of(
            "\"mm_processor_kwargs\":{\"image\":{\"min_pixels\":1}}",
            "mm_processor_kwargs.image.min_pixels",
            UNSUPPORTED,
            "not supported"),
        of(
            "\"mm_processor_kwargs\":{\"image\":{\"x\":1}}",
            "mm_processor_kwargs.image.x",
            INVALID,
            "no field"),
        of(
            "\"mm_processor_kwargs\":{\"image\":{\"max_dynamic_patch\":0}}",
            "mm_processor_kwargs.image.max_dynamic_patch",
            INVALID,
            "from 1"));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void fieldIsNamed(String fields, String parameter, String code, String message) throws Exception {
    expect(server.chat(fields), 400, parameter, code, message);
  }

  static Stream<Arguments> messages() {
    String image = "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":%s}]}]";
    String url = "messages[0].content[0].image_url";
    return Stream.of(
        of("5", "messages", INVALID, "a list of messages"),
        of("[]", "messages", INVALID, "is an empty list; it must be a list of at least one"),
        of("[5]", "messages[0]", INVALID, "a JSON object"),
        of("[{\"content\":\"x\"}]", "messages[0].role", INVALID, "missing"),
        of("[{\"role\":\"boss\",\"content\":\"\"}]", "messages[0].role", INVALID, "\"boss\""),
        of("[{\"role\":\"user\"}]", "messages[0].content", INVALID, "missing"),
        of("[{\"role\":\"user\",\"content\":[]}]", "messages[0].content", INVALID, "at least one"),
        of("[{\"role\":\"user\",\"content\":7}]", "messages[0].content", INVALID, "is 7"),
        of("[{\"role\":\"user\",\"content\":\"\",\"x\":1}]", "messages[0].x", INVALID, "no field"),
        of(
            "[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]",
            "messages[0].content[0].text",
            INVALID,
            "missing"),
        of(
            "[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]",
            "messages[0].content[0].type",
            UNSUPPORTED,
            "input_audio"),
        of(
            "[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{}]}]",
            "messages[0].tool_calls[0].id",
            INVALID,
            "missing"),
        of(image.formatted("5"), url, INVALID, "a JSON object"),
        of(image.formatted("{}"), url + ".url", INVALID, "missing"),
        of(image.formatted("\"file:///etc/passwd\""), url, INVALID, "data:, http: and https:"),
        of(image.formatted("{\"url\":\"ftp://x/y\"}"), url + ".url", INVALID, "ftp://x/y"),
        of(image.formatted("{\"url\":\"/tmp/x.png\"}"), url + ".url", INVALID, "only"),
        of(
            image.formatted("{\"url\":\"data:,\",\"detail\":\"best\"}"),
            url + ".detail",
            INVALID,
            "\"best\""),
        of(
            image.formatted("{\"url\":\"data:,\",\"max_dynamic_patch\":0}"),
            url + ".max_dynamic_patch",
            INVALID,
            "from 1"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messageIsNamed(String messages, String parameter, String code, String message)
      throws Exception {
    TestServer.Reply reply = server.post(TestServer.CHAT, "{\"messages\":" + messages + "}");
    expect(reply, 400, parameter, code, message);
  }

  static Stream<Arguments> completions() {
    return Stream.of(
        of("\"n\":1", "prompt", INVALID, "missing"),
        of("\"prompt\":5", "prompt", INVALID, "a string"),
        of("\"prompt\":[]", "prompt", INVALID, "not empty"),
        of("\"prompt\":[1,\"a\"]", "prompt[1]", INVALID, "whole number"),
        of("\"prompt\":[1,256]", "prompt[1]", INVALID, "from 0 to 255"),
        of("\"prompt\":[-1]", "prompt[0]", INVALID, "from 0 to 255"),
        of("\"prompt\":[\"a\",[]]", "prompt[1]", INVALID, "an empty list"),
        of("\"prompt\":[[1],[1.5]]", "prompt[1][0]", INVALID, "whole number"),
        of("\"prompt\":\"a\",\"suffix\":\"b\"", "suffix", UNSUPPORTED, "not supported"),
        of("\"prompt\":\"a\",\"best_of\":2", "best_of", UNSUPPORTED, "not supported"),
        of("\"prompt\":\"a\",\"echo\":true,\"logprobs\":1", "echo", UNSUPPORTED, "prompt"),
        of("\"prompt\":\"a\",\"logprobs\":-1", "logprobs", INVALID, "from 0"),
        of("\"prompt\":\"a\",\"messages\":[]", "messages", INVALID, "no field"));
  }

  @ParameterizedTest
  @MethodSource("completions")
  void completionFieldIsNamed(String fields, String parameter, String code, String message)
      throws Exception {
    expect(server.complete(fields), 400, parameter, code, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "5",
        "null",
        "{\"messages\":NaN}",
        "{\"messages\":\"a\"} trailing",
        "{\"messages\":\"a\",\"messages\":\"b\"}",
        "{'messages':\"a\"}",
        "{\"messages\":\"a\",\"\\ud800\":1}"
      })
  void malformedJson(String body) throws Exception {
    TestServer.Reply reply = server.post(TestServer.CHAT, body);
    assertEquals(400, reply.status(), reply.text());
    assertEquals(INVALID, reply.json().get("error").get("code").stringValue());
  }

  @Test
  void deepNesting() throws Exception {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    TestServer.Reply reply = server.post(TestServer.CHAT, "{\"messages\":" + deep + "}");
    assertEquals(400, reply.status(), reply.text());
    assertTrue(reply.text().contains("depth"), reply.text());
  }

  @Test
  void invalidUtf8() throws Exception {
    byte[] body = "{\"messages\":\"a?\"}".getBytes(StandardCharsets.US_ASCII);
    body["{\"messages\":\"a".length()] = (byte) 0xff;
    HttpRequest.Builder request =
        server
            .request(TestServer.CHAT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    TestServer.Reply reply = server.send(request);
    assertEquals(400, reply.status());
    assertTrue(reply.text().contains("UTF-8"), reply.text());
  }

  @Test
  void bodyTooLarge() throws Exception {
    String large = "{\"messages\":\"" + "a".repeat(200_000) + "\"}";
    TestServer.Reply reply = server.post(TestServer.CHAT, large);
    assertEquals(413, reply.status());
    assertEquals("request_too_large", reply.json().get("error").get("code").stringValue());
    HttpRequest.Builder chunked =
        server
            .request(TestServer.CHAT)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofString(large)));
    assertEquals(413, server.send(chunked).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", ""})
  void wrongContentType(String type) throws Exception {
    HttpRequest.Builder request =
        server.request(TestServer.CHAT).POST(HttpRequest.BodyPublishers.ofString("{}"));
    TestServer.Reply reply =
        server.send(type.isEmpty() ? request : request.header("Content-Type", type));
    assertEquals(415, reply.status());
    assertTrue(reply.text().contains("must be application/json"), reply.text());
  }

  @Test
  void compressedBody() throws Exception {
    TestServer.Reply reply =
        server.send(
            server
                .request(TestServer.CHAT)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertEquals(415, reply.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        "GET /health HTTP/9.9\r\n\r\n",
        "GET /%ff%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "garbage\r\n\r\n"
      })
  void malformedHttp(String request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String line =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      assertTrue(line.matches("HTTP/1.1 (4..|505) .*"), line);
    }
  }

  @Test
  void unknownModel() throws Exception {
    expect(server.chat("\"model\":\"gpt\""), 404, null, "model_not_found", "gpt");
  }

  private static void expect(
      TestServer.Reply reply, int status, String parameter, String code, String message) {
    assertEquals(status, reply.status(), reply.text());
    assertEquals("application/json", reply.header("Content-Type"));
    JsonNode error = reply.json().get("error");
    assertEquals(4, error.size());
    assertEquals(code, error.get("code").stringValue(), reply.text());
    assertEquals(INVALID, error.get("type").stringValue());
    assertEquals(parameter, error.get("param").stringValue(null), reply.text());
    assertTrue(error.get("message").stringValue().contains(message), reply.text());
  }
}
