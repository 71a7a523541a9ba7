package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.parser.QwenToolParser;
import org.lmdeploy.parser.ThinkReasoningParser;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.ServerOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Anthropic's protocol. */
class MessagesTest {
  private static final String PATH = "/v1/messages";
  private static final String TOOLS =
      "\"tools\":[{\"name\":\"add\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}}]";
  private static final String CALL =
      "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1}}</tool_call>";

  private final TestServer server = new TestServer();

  @BeforeEach
  void parsers() {
    server.model.toolParser = Optional.of(new QwenToolParser());
    server.model.reasoningParser = Optional.of(new ThinkReasoningParser());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aTextIsAnsweredWithABlock() throws Exception {
    JsonNode json = ask("\"temperature\":0.5,\"stop_sequences\":[\"END\"]").json();
    assertTrue(json.get("id").stringValue().startsWith("msg_"));
    assertEquals("message", json.get("type").stringValue());
    assertEquals("fake", json.get("model").stringValue());
    assertEquals("[{\"type\":\"text\",\"text\":\"Héllo\"}]", json.get("content").toString());
    assertEquals("end_turn", json.get("stop_reason").stringValue());
    assertTrue(json.get("stop_sequence").isNull());
    assertEquals(
        "{\"input_tokens\":4,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":3,"
            + "\"output_tokens\":2}",
        json.get("usage").toString());
    assertEquals(50, server.model.lastCall().config().maxNewTokens());
    assertEquals(List.of("END"), server.model.lastCall().config().stopWords());
  }

  @Test
  void reasoningTextAndCallsAreBlocks() throws Exception {
    answer(FinishReason.STOP, "<think>I add.</think>\n", "Sure. ", CALL);
    JsonNode json = ask(TOOLS).json();
    assertEquals("tool_use", json.get("stop_reason").stringValue());
    assertEquals(
        "[{\"type\":\"thinking\",\"thinking\":\"I add.\",\"signature\":\"lmdeploy-local\"},"
            + "{\"type\":\"text\",\"text\":\"Sure.\"},"
            + "{\"type\":\"tool_use\",\"id\":\"ID\",\"name\":\"add\",\"input\":{\"a\":1}}]",
        json.get("content").toString().replaceAll("toolu_[0-9a-f]{24}", "ID"));
  }

  @Test
  void theStreamIsOneBlockAfterTheOther() throws Exception {
    answer(FinishReason.STOP, "<think>I ", "add.</think>\n", "Sure. ", CALL);
    String text = ask(TOOLS + ",\"stream\":true").text();
    List<String> types = new ArrayList<>();
    List<String> deltas = new ArrayList<>();
    for (String event : text.strip().split("\n\n")) {
      String[] lines = event.split("\n");
      JsonNode data = new JsonMapper().readTree(lines[1].substring("data: ".length()));
      assertEquals("event: " + data.get("type").stringValue(), lines[0]);
      types.add(data.get("type").stringValue());
      if (data.has("delta")) {
        deltas.add(data.get("delta").toString());
      }
    }
    assertEquals(
        List.of(
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"),
        types);
    assertEquals(
        List.of(
            "{\"type\":\"thinking_delta\",\"thinking\":\"I\"}",
            "{\"type\":\"thinking_delta\",\"thinking\":\" add.\"}",
            "{\"type\":\"signature_delta\",\"signature\":\"lmdeploy-local\"}",
            "{\"type\":\"text_delta\",\"text\":\"Sure.\"}",
            "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}",
            "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":1}\"}",
            "{\"stop_reason\":\"tool_use\",\"stop_sequence\":null}"),
        deltas);
  }

  @Test
  void theStopSequenceIsTold() throws Exception {
    server.model.script(
        (p, c) -> new FakeStream().text("a").stoppedBy("END").finish(FinishReason.STOP));
    JsonNode json = ask("\"stop_sequences\":[\"END\"]").json();
    assertEquals("stop_sequence", json.get("stop_reason").stringValue());
    assertEquals("END", json.get("stop_sequence").stringValue());
    json = ask("\"stop_sequences\":[\"OTHER\"]").json();
    assertEquals("end_turn", json.get("stop_reason").stringValue());
    answer(FinishReason.LENGTH, "a");
    assertEquals("max_tokens", ask("\"top_k\":3").json().get("stop_reason").stringValue());
  }

  @Test
  void messagesOfAllKindsReachTheModel() throws Exception {
    TestServer.Reply reply =
        server.post(
            PATH,
            """
            {"max_tokens":5,"system":[{"type":"text","text":"be short","cache_control":{"type":"ephemeral"}}],
             "messages":[
              {"role":"user","content":[{"type":"text","text":"look"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
                {"type":"image","source":{"type":"url","url":"https://example.com/x.png"}}]},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"x"},
                {"type":"text","text":"I add."},
                {"type":"tool_use","id":"t1","name":"add","input":{"a":[1]}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"no"}],"is_error":true},
                {"type":"text","text":"and now?"}]}]}
            """);
    assertEquals(200, reply.status(), reply.text());
    List<ChatMessage> messages = ((ChatRequest) server.model.lastCall().prompt()).messages();
    assertEquals(ChatMessage.of("system", "be short"), messages.get(0));
    assertEquals(
        ChatMessage.user(
            new TextPart("look"),
            new ImagePart(new ImageSource.Url("data:image/png;base64,AA==")),
            new ImagePart(new ImageSource.Url("https://example.com/x.png"))),
        messages.get(1));
    assertEquals("I add.", messages.get(2).text());
    assertEquals(Optional.of("hm"), messages.get(2).reasoning());
    assertEquals("add", messages.get(2).toolCalls().get(0).function());
    assertEquals("Error: no", messages.get(3).text());
    assertEquals(Optional.of("t1"), messages.get(3).toolCallId());
    assertEquals(ChatMessage.of("user", "and now?"), messages.get(4));
  }

  @Test
  void toolsAreChosen() throws Exception {
    assertEquals(200, ask(TOOLS + ",\"tool_choice\":{\"type\":\"any\"}").status());
    assertTrue(server.model.lastCall().config().responseFormat().isPresent());
    assertEquals(
        200,
        ask(TOOLS + ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}")
            .status());
    assertTrue(server.model.lastCall().config().responseFormat().isPresent());
    assertEquals(200, ask(TOOLS + ",\"tool_choice\":{\"type\":\"none\"}").status());
    assertEquals(List.of(), ((ChatRequest) server.model.lastCall().prompt()).tools());
  }

  @Test
  void thinkingGoesToTheTemplate() throws Exception {
    server.model.variables = Set.of("enable_thinking");
    String on = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}";
    assertEquals(200, ask(on).status());
    assertEquals(true, variable());
    assertEquals(200, ask("\"thinking\":{\"type\":\"disabled\"}").status());
    assertEquals(false, variable());
    server.model.reasoningParser = Optional.empty();
    TestServer.Reply reply = ask(on);
    assertEquals(400, reply.status());
    assertTrue(reply.text().contains("--reasoning-parser"), reply.text());
  }

  private Object variable() {
    return ((ChatRequest) server.model.lastCall().prompt())
        .templateVariables()
        .get("enable_thinking");
  }

  @Test
  void tokensAreCounted() throws Exception {
    TestServer.Reply reply =
        server.post(
            PATH + "/count_tokens", "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertEquals("{\"input_tokens\":7}", reply.text());
    assertEquals(0, server.model.calls.size());
  }

  @Test
  void modelsAreListed() throws Exception {
    JsonNode json = server.get("/anthropic/v1/models").json();
    assertEquals("fake", json.get("data").get(0).get("id").stringValue());
    assertEquals("fake", json.get("last_id").stringValue());
  }

  static Stream<Arguments> wrong() {
    String block = "\"messages\":[{\"role\":\"user\",\"content\":[%s]}],\"max_tokens\":1";
    return Stream.of(
        of("\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]", "max_tokens is missing"),
        of("\"max_tokens\":1", "messages is missing"),
        of("\"max_tokens\":1,\"messages\":[]", "at least one message"),
        of(block.formatted(""), "at least one block"),
        of(block.formatted("{\"type\":\"document\"}"), "not supported"),
        of(block.formatted("{\"type\":\"x\"}"), "must be \"text\" or \"image\""),
        of(block.formatted("{\"type\":\"tool_result\"}"), "tool_use_id is missing"),
        of(
            block.formatted(
                "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"text/html\","
                    + "\"data\":\"\"}}"),
            "media_type"),
        of(
            block.formatted(
                "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"file:///x\"}}"),
            "http"),
        of(block.formatted("{\"type\":\"text\",\"text\":\"x\"}") + ",\"x\":1", "no field x"),
        of(
            block.formatted("{\"type\":\"text\",\"text\":\"x\"}")
                + ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
            "only tools that the client runs"),
        of(
            block.formatted("{\"type\":\"text\",\"text\":\"x\"}")
                + ",\"tools\":[{\"name\":\"a\",\"input_schema\":5}]",
            "input_schema is 5"),
        of(
            block.formatted("{\"type\":\"text\",\"text\":\"x\"}")
                + ",\"tool_choice\":{\"type\":\"any\"}",
            "it needs tools"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void errorsHaveAnthropicsForm(String fields, String message) throws Exception {
    TestServer.Reply reply = server.post(PATH, "{" + fields + "}");
    assertEquals(400, reply.status(), reply.text());
    assertEquals("error", reply.json().get("type").stringValue());
    assertEquals("invalid_request_error", reply.json().at("/error/type").stringValue());
    assertTrue(reply.json().at("/error/message").stringValue().contains(message), reply.text());
  }

  @Test
  void anErrorEndsAStream() throws Exception {
    server.model.script(
        (p, c) -> new FakeStream().text("a").fail(new UnavailableException("gone")));
    String text = ask("\"stream\":true").text();
    assertTrue(
        text.endsWith(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                + "\"message\":\"gone\"}}\n\n"),
        text);
  }

  @Test
  void anthropicsHeaderBringsTheKey() throws Exception {
    ServerOptions options =
        TestServer.OPTIONS.withAccess(new AccessOptions(List.of("secret"), Optional.empty()));
    try (TestServer locked = new TestServer(options)) {
      TestServer.Reply none = locked.get("/anthropic/v1/models");
      assertEquals(401, none.status());
      assertEquals("authentication_error", none.json().at("/error/type").stringValue());
      assertEquals(
          200,
          locked
              .send(locked.request("/anthropic/v1/models").header("x-api-key", "secret").GET())
              .status());
      assertEquals(
          401,
          locked
              .send(locked.request("/anthropic/v1/models").header("x-api-key", "no").GET())
              .status());
    }
  }

  private TestServer.Reply ask(String fields) throws Exception {
    return server.post(
        PATH,
        "{\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}");
  }

  private void answer(FinishReason reason, String... pieces) {
    server.model.script(
        (prompt, config) -> {
          FakeStream stream = new FakeStream();
          Stream.of(pieces).forEach(stream::text);
          return stream.finish(reason);
        });
  }
}
